internal import Contracts
internal import JSON
internal import YAML

/// Reads one action of config/actions.yaml.
enum ActionReader {
    /// Nil if something is wrong with it.
    static func read(
        _ name: String, _ field: YAMLField, _ findings: inout Findings
    ) -> ActionDefinition? {
        let before = findings.errors.count
        guard let map = findings.read({ () throws(YAMLError) in try field.mapping() }) else {
            return nil
        }
        let summary = findings.read { () throws(YAMLError) in try map.string("summary") }
        let target = findings.read { () throws(YAMLError) in
            try template(try map.required("target"))
        }
        let isIdempotent = findings.read { () throws(YAMLError) in try map.bool("idempotent") }
        let isReversible = findings.read { () throws(YAMLError) in try map.bool("reversible") }
        var action = ActionDefinition(
            name: name, summary: summary ?? "", target: target ?? .empty, steps: [:],
            isIdempotent: isIdempotent ?? false)
        action.parameters = parameters(map, &findings)
        action.secrets = secrets(map, &findings)
        for phase in ActionPhase.allCases {
            let steps = findings.read { () throws(YAMLError) in
                try map.optionalList(phase.rawValue)
            }
            action.steps[phase] = (steps ?? []).compactMap { ActionStepReader.read($0, &findings) }
        }
        findings.set(&action.timeoutMs) { () throws(YAMLError) in
            try map.optionalDurationMs("timeout", in: 100...3_600_000)
        }
        findings.set(&action.retries) { () throws(YAMLError) in
            try map.optionalInt("retries", in: 0...10)
        }
        findings.set(&action.backoffMs) { () throws(YAMLError) in
            try map.optionalDurationMs("backoff", in: 10...3_600_000)
        }
        findings.set(&action.backoffMaxMs) { () throws(YAMLError) in
            try map.optionalDurationMs("backoffMax", in: 10...3_600_000)
        }
        findings.set(&action.needsSecondPerson) { () throws(YAMLError) in
            try map.optionalBool("secondPerson")
        }
        action.roles = roles(map, &findings)
        findings.set(&action.unattended) { () throws(YAMLError) in
            .some(try map.optionalString("unattended"))
        }
        action.event = event(map, &findings)
        findings.set(&action.everywhere) { () throws(YAMLError) in
            .some(try map.optionalString("everywhere"))
        }
        findings.set(&action.tell) { () throws(YAMLError) in .some(try contact(map)) }
        findings.close(map)
        guard findings.errors.count == before else { return nil }
        ActionChecks.check(action, isReversible: isReversible ?? false, map, &findings)
        return findings.errors.count == before ? action : nil
    }

    static func template(_ field: YAMLField) throws(YAMLError) -> ActionTemplate {
        let text = try field.string()
        do throws(ActionError) { return try ActionTemplate(text) } catch {
            throw field.error(error.message)
        }
    }

    private static func contact(_ map: YAMLMapping) throws(YAMLError) -> String? {
        guard let field = map.optional("tell") else { return nil }
        let name = try field.string()
        guard ActionsFile.isName(name) else {
            throw field.error("expected a contact's name of a-z, 0-9 and '-', or 'everyone'")
        }
        return name
    }

    // MARK: - Parts

    private static func parameters(
        _ map: YAMLMapping, _ findings: inout Findings
    ) -> [ActionParameter] {
        var parameters: [ActionParameter] = []
        for (name, mark, field) in ActionsFile.entries(map, "parameters", &findings) {
            guard isValueName(name), !["service", "id"].contains(name) else {
                findings.fail(
                    YAMLError(
                        .invalidValue,
                        "\(field.path): expected letters and digits, and neither 'service' nor 'id'",
                        at: mark))
                continue
            }
            guard let own = findings.read({ () throws(YAMLError) in try field.mapping() }),
                let kind = kind(own, &findings)
            else { continue }
            var parameter = ActionParameter(name: name, kind: kind)
            let values = findings.read { () throws(YAMLError) in
                (try own.optionalString("default"), try own.optionalString("help"))
            }
            (parameter.defaultValue, parameter.help) = values ?? (nil, nil)
            if let value = parameter.defaultValue, let problem = kind.problem(with: value),
                let place = own.optional("default")
            {
                findings.fail(place.error(problem))
            }
            findings.close(own)
            parameters.append(parameter)
        }
        return parameters
    }

    private enum KindName: String, CaseIterable { case name, word, text, integer, choice }

    /// `type` with what it needs: `min` and `max`, `choices`, `pattern`.
    static func kind(_ map: YAMLMapping, _ findings: inout Findings) -> ActionValueKind? {
        guard
            let name = findings.read({ () throws(YAMLError) in
                try map.choice("type", of: KindName.self)
            })
        else { return nil }
        switch name {
        case .name: return .name
        case .text: return .text
        case .integer:
            let bounds = findings.read { () throws(YAMLError) in
                (
                    try map.optionalInt("min", in: -1_000_000_000...1_000_000_000) ?? 0,
                    try map.optionalInt("max", in: -1_000_000_000...1_000_000_000) ?? 1_000_000_000
                )
            }
            guard let (lower, upper) = bounds else { return nil }
            guard lower <= upper else {
                findings.fail(map.error("min: more than max"))
                return nil
            }
            return .integer(lower...upper)
        case .choice:
            return findings.read { () throws(YAMLError) in try map.strings("choices") }
                .map { .choice($0) }
        case .word:
            guard let field = map.optional("pattern") else { return .word }
            return findings.read { () throws(YAMLError) in .pattern(try pattern(field)) }
        }
    }

    static func pattern(_ field: YAMLField) throws(YAMLError) -> JSONPattern {
        let text = try field.string()
        do throws(JSONError) { return try JSONPattern(text) } catch {
            throw field.error("\(error)")
        }
    }

    private static func secrets(
        _ map: YAMLMapping, _ findings: inout Findings
    ) -> [String: ActionSecret] {
        var secrets: [String: ActionSecret] = [:]
        for (name, mark, field) in ActionsFile.entries(map, "secrets", &findings) {
            guard isValueName(name) else {
                findings.fail(
                    YAMLError(
                        .invalidValue, "\(field.path): expected letters and digits", at: mark))
                continue
            }
            guard let own = findings.read({ () throws(YAMLError) in try field.mapping() }) else {
                continue
            }
            let secret = findings.read { () throws(YAMLError) -> ActionSecret in
                if let file = own.optional("file") { return .file(try template(file)) }
                return .random(bytes: try own.int("random", in: 16...1024))
            }
            findings.close(own)
            secrets[name] = secret
        }
        return secrets
    }

    private static func roles(_ map: YAMLMapping, _ findings: inout Findings) -> Set<AccessRole> {
        guard map.optional("roles") != nil else { return [.responder, .commander] }
        let roles = findings.read { () throws(YAMLError) in
            var roles: Set<AccessRole> = []
            for field in try map.list("roles") {
                let role = try field.choice(of: AccessRole.self)
                guard role != .viewer else { throw field.error("a viewer runs nothing") }
                roles.insert(role)
            }
            return roles
        }
        return roles ?? []
    }

    private static func event(
        _ map: YAMLMapping, _ findings: inout Findings
    ) -> ActionDefinition.Event? {
        guard map.optional("event") != nil,
            let own = findings.read({ () throws(YAMLError) in try map.mapping("event") }),
            let type = findings.read({ () throws(YAMLError) in try own.required("type") }),
            let text = findings.read({ () throws(YAMLError) in try type.string() })
        else { return nil }
        if !ControlEventPayload.actionTypes.contains(text) {
            let names = ControlEventPayload.actionTypes.joined(separator: ", ")
            findings.fail(type.error("expected one of \(names), got '\(text)'"))
        }
        var event = ActionDefinition.Event(type: text)
        for key in ControlEventPayload.actionFields {
            guard let field = own.optional(key) else { continue }
            event.fields[key] = findings.read { () throws(YAMLError) in try template(field) }
        }
        findings.close(own)
        return event
    }

    /// Letters and digits, beginning with a letter: what a place in a template can name.
    static func isValueName(_ name: String) -> Bool {
        guard (1...32).contains(name.utf8.count), let first = name.utf8.first else { return false }
        func isLetter(_ byte: UInt8) -> Bool {
            (0x61...0x7a).contains(byte) || (0x41...0x5a).contains(byte)
        }
        return isLetter(first)
            && name.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) }
    }
}
