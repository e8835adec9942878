internal import Contracts
internal import YAML

/// What the parts of an action have to do with each other.
enum ActionChecks {
    static func check(
        _ action: ActionDefinition, isReversible: Bool, _ map: YAMLMapping,
        _ findings: inout Findings
    ) {
        if (action.steps[.effect] ?? []).isEmpty {
            findings.fail(map.error("effect: missing; an action does something"))
        }
        if isReversible != action.isReversible {
            findings.conflict(
                isReversible
                    ? "\(map.path).reversible: true, but there is no undo"
                    : "\(map.path).reversible: false, but there is an undo",
                at: map.optional("reversible")?.mark ?? map.mark)
        }
        if action.retries > 0, !action.isIdempotent {
            findings.conflict(
                "\(map.path).retries: what is not idempotent is never tried again",
                at: map.optional("retries")?.mark ?? map.mark)
        }
        checkBackoff(action, map, &findings)
        if action.roles.contains(.automation), !action.isReversible,
            action.unattended == nil, !action.needsSecondPerson
        {
            findings.conflict(
                "\(map.path).roles: the automation takes reversible steps; what cannot be taken back "
                    + "needs a second person, or says in unattended why it does not",
                at: map.optional("roles")?.mark ?? map.mark)
        }
        if let field = map.optional("unattended"),
            action.isReversible || !action.roles.contains(.automation)
        {
            findings.conflict(
                "\(field.path): is for what the automation runs and cannot take back",
                at: field.mark)
        }
        checkTemplates(action, map, &findings)
    }

    private static func checkBackoff(
        _ action: ActionDefinition, _ map: YAMLMapping, _ findings: inout Findings
    ) {
        guard let place = map.optional("backoffMax") ?? map.optional("backoff") else { return }
        if action.retries == 0 {
            findings.conflict("\(place.path): there are no retries to wait for", at: place.mark)
        } else if action.backoffMaxMs < action.backoffMs {
            findings.conflict(
                "\(map.path).backoffMax: \(action.backoffMaxMs) ms, less than backoff, "
                    + "\(action.backoffMs) ms", at: place.mark)
        }
    }

    private static func checkTemplates(
        _ action: ActionDefinition, _ map: YAMLMapping, _ findings: inout Findings
    ) {
        var kinds: [String: ActionValueKind] = [:]
        for parameter in action.parameters { kinds[parameter.name] = parameter.kind }
        let mark = map.optional("target")?.mark ?? map.mark
        check(action.target, "\(map.path).target", .plain, kinds, [], mark, &findings)
        for (name, secret) in action.secrets.sorted(by: { $0.key < $1.key }) {
            guard case .file(let template) = secret else { continue }
            check(
                template, "\(map.path).secrets.\(name).file", .plain, kinds, [], map.mark,
                &findings)
        }
        for phase in ActionPhase.allCases {
            let fields = (try? map.optionalList(phase.rawValue)) ?? []
            for (index, step) in (action.steps[phase] ?? []).enumerated() {
                let path = "\(map.path).\(phase.rawValue)[\(index)]"
                let mark = fields.indices.contains(index) ? fields[index].mark : map.mark
                if step.pollMs != nil, !phase.onlyLooks, !action.isIdempotent {
                    findings.conflict(
                        "\(path).poll: what is not idempotent is never done again", at: mark)
                }
                if case .flags = step.effect, phase.onlyLooks {
                    findings.fail(
                        YAMLError(
                            .invalidValue, "\(path): a \(phase.rawValue) step changes nothing",
                            at: mark))
                }
                for (place, template, allowance) in step.templates {
                    check(
                        template, "\(path).\(place)", allowance, kinds, Set(action.secrets.keys),
                        mark, &findings)
                }
                guard let capture = step.capture else { continue }
                if kinds[capture.name] != nil {
                    findings.fail(
                        YAMLError(
                            .invalidValue, "\(path).capture: '\(capture.name)' is there already",
                            at: mark))
                }
                kinds[capture.name] = capture.kind
            }
        }
        for (key, template) in (action.event?.fields ?? [:]).sorted(by: { $0.key < $1.key }) {
            check(
                template, "\(map.path).event.\(key)", .secret, kinds, [],
                map.optional("event")?.mark ?? map.mark, &findings)
        }
    }

    private static func check(
        _ template: ActionTemplate, _ path: String, _ allowance: ActionStep.Allowance,
        _ kinds: [String: ActionValueKind], _ secrets: Set<String>, _ mark: YAMLMark,
        _ findings: inout Findings
    ) {
        func fail(_ message: String) {
            findings.fail(YAMLError(.invalidValue, "\(path): \(message)", at: mark))
        }
        for place in template.placeholders {
            if place.name.hasPrefix("secret.") {
                let name = String(place.name.dropFirst("secret.".count))
                guard secrets.contains(name) else {
                    fail("'${\(place.name)}': no such secret")
                    continue
                }
                if allowance != .secret, allowance != .secretText {
                    fail("a secret goes by input, header or body alone: others can see the rest")
                } else if allowance == .secretText, place.filter == nil {
                    fail("'${\(place.name)}' needs a filter: |json or |base64")
                }
                continue
            }
            guard place.name != "service" else { continue }
            // The id of an order is any text that its sender chose.
            guard let kind = place.name == "id" ? .text : kinds[place.name] else {
                let known = kinds.keys.sorted().joined(separator: ", ")
                fail("'${\(place.name)}': nothing of this name so far; known: \(known)")
                continue
            }
            guard kind.isFree else { continue }
            switch (allowance, place.filter) {
            case (.url, .url), (.text, .json), (.text, .base64), (.secretText, .json),
                (.secretText, .base64), (.plain, _), (.secret, _):
                continue
            default: fail("'${\(place.name)}' is free text, so it needs a filter here")
            }
        }
    }
}
