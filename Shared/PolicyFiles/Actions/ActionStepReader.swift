internal import Contracts
internal import YAML

/// Reads one step of an action: `run`, `http`, `flags` or `message`, and what is to come of it.
enum ActionStepReader {
    private static let kinds = ["run", "http", "flags", "message"]

    static func read(_ field: YAMLField, _ findings: inout Findings) -> ActionStep? {
        guard let map = findings.read({ () throws(YAMLError) in try field.mapping() }) else {
            return nil
        }
        let given = kinds.filter { map.optional($0) != nil }
        guard given.count == 1, let kind = given.first else {
            findings.fail(map.error("expected one of run, http, flags and message"))
            return nil
        }
        let effect: ActionStep.Effect?
        switch kind {
        case "run": effect = program(map, &findings)
        case "http": effect = call(map, &findings)
        case "flags": effect = flags(map, &findings)
        default: effect = message(map, &findings)
        }
        guard let effect else { return nil }
        var step = ActionStep(effect)
        step.timeoutMs = findings.read { () throws(YAMLError) in
            try map.optionalDurationMs("timeout", in: 100...3_600_000)
        }.flatMap { $0 }
        if kind == "run" || kind == "http" {
            step.capture = capture(map, &findings)
            expectations(map, &step, &findings)
        }
        findings.close(map)
        return step
    }

    private static func program(
        _ map: YAMLMapping, _ findings: inout Findings
    ) -> ActionStep.Effect? {
        let arguments = findings.read { () throws(YAMLError) in
            let whole = try map.required("run")
            let fields = try whole.list()
            var templates: [ActionTemplate] = []
            for field in fields { templates.append(try ActionReader.template(field)) }
            guard let first = templates.first, first.placeholders.isEmpty, !first.source.isEmpty
            else {
                throw (fields.first ?? whole).error(
                    "begins with the program, which no parameter names")
            }
            return templates
        }
        guard let arguments else { return nil }
        var program = ActionStep.Program(arguments: arguments)
        program.environment = templates(map, "environment", &findings)
        program.directory = findings.read { () throws(YAMLError) in
            try map.optionalString("directory")
        }.flatMap { $0 }
        if let field = map.optional("input") {
            program.input = findings.read { () throws(YAMLError) in
                try ActionReader.template(field)
            }
        }
        statuses(map, "expectStatus", in: 0...255, &program.expectedStatus, &findings)
        return .program(program)
    }

    private static func call(
        _ outer: YAMLMapping, _ findings: inout Findings
    ) -> ActionStep.Effect? {
        guard let map = findings.read({ () throws(YAMLError) in try outer.mapping("http") }),
            let address = findings.read({ () throws(YAMLError) in try map.required("url") }),
            let url = findings.read({ () throws(YAMLError) in
                try ActionReader.template(address)
            })
        else { return nil }
        // The host is policy: no parameter may say where a request, and its secrets, go.
        let literal = url.source.prefix { $0 != "$" }
        let hostEnds = literal.drop { $0 != ":" }.dropFirst(3).contains("/")
        guard hostEnds || url.placeholders.isEmpty, WebAddress(String(literal)) != nil else {
            findings.fail(
                address.error(
                    "expected an http or https address whose host no parameter names, without "
                        + "user and password"))
            return nil
        }
        if WebAddress(String(literal))?.isInTheClear == true {
            findings.warn("\(address.path): goes over plain http", at: address.mark)
        }
        let method = findings.read { () throws(YAMLError) in
            try map.optionalString("method") ?? "POST"
        }
        var call = ActionStep.Call(method: method ?? "POST", url: url)
        if !["GET", "POST", "PUT", "PATCH", "DELETE"].contains(call.method) {
            findings.fail(map.error("method: expected GET, POST, PUT, PATCH or DELETE"))
        }
        call.headers = templates(map, "headers", &findings)
        if let field = map.optional("body") {
            call.body = findings.read { () throws(YAMLError) in
                try ActionReader.template(field)
            }
        }
        call.authorityFile = findings.read { () throws(YAMLError) in
            try map.optionalString("authorityFile")
        }.flatMap { $0 }
        statuses(map, "expectStatus", in: 100...599, &call.expectedStatus, &findings)
        findings.close(map)
        return .call(call)
    }

    private static func flags(
        _ map: YAMLMapping, _ findings: inout Findings
    ) -> ActionStep.Effect? {
        var settings: [ActionStep.FlagSetting] = []
        for (flag, mark, field) in ActionsFile.entries(map, "flags", &findings) {
            guard let rest = FlagRules.rest(flag) else {
                findings.fail(
                    YAMLError(.invalidValue, "\(field.path): there is no such flag", at: mark))
                continue
            }
            let text = findings.read { () throws(YAMLError) in try field.string() }
            switch (text, rest) {
            case (nil, _): continue
            case ("release"?, _): settings.append(.init(flag: flag, value: nil))
            case (_, .bool):
                let value = findings.read { () throws(YAMLError) in try field.bool() }
                settings.append(.init(flag: flag, value: value.map { .bool($0) }))
            case (_, .number):
                let value = findings.read { () throws(YAMLError) in
                    try field.double(in: 0.1...100)
                }
                settings.append(.init(flag: flag, value: value.map { .number($0) }))
            }
        }
        return .flags(settings)
    }

    private static func message(
        _ outer: YAMLMapping, _ findings: inout Findings
    ) -> ActionStep.Effect? {
        guard let map = findings.read({ () throws(YAMLError) in try outer.mapping("message") })
        else { return nil }
        let message = findings.read { () throws(YAMLError) in
            let topic = try map.required("topic")
            let key = try map.required("key")
            let value = try map.required("value")
            let name = try topic.string()
            let isOurs = name.hasPrefix("nervous.") && name != BusTopic.ingress.rawValue
            guard !isOurs, !name.isEmpty, name.utf8.count <= 249,
                name.utf8.allSatisfy({
                    (0x61...0x7a).contains($0) || (0x41...0x5a).contains($0)
                        || (0x30...0x39).contains($0) || "._-".utf8.contains($0)
                })
            else {
                throw topic.error(
                    "expected a topic of your own, or nervous.ingress: the other topics of the bus "
                        + "are written by their owners alone")
            }
            return ActionStep.Message(
                topic: name, key: try ActionReader.template(key),
                value: try ActionReader.template(value))
        }
        findings.close(map)
        return message.map { .message($0) }
    }

    // MARK: - Parts

    private static func expectations(
        _ map: YAMLMapping, _ step: inout ActionStep, _ findings: inout Findings
    ) {
        if let field = map.optional("expectOutput") {
            step.expectedOutput = findings.read { () throws(YAMLError) in
                try ActionReader.pattern(field)
            }
        }
        if let field = map.optional("expectText") {
            step.expectedText = findings.read { () throws(YAMLError) in
                try ActionReader.template(field)
            }
        }
        step.pollMs = findings.read { () throws(YAMLError) in
            try map.optionalDurationMs("poll", in: 50...60_000)
        }.flatMap { $0 }
        findings.set(&step.isEvidence) { () throws(YAMLError) in
            try map.optionalBool("evidence")
        }
    }

    private static func capture(
        _ map: YAMLMapping, _ findings: inout Findings
    ) -> ActionCapture? {
        guard map.optional("capture") != nil,
            let own = findings.read({ () throws(YAMLError) in try map.mapping("capture") }),
            let name = findings.read({ () throws(YAMLError) in try own.string("name") }),
            let kind = ActionReader.kind(own, &findings)
        else { return nil }
        if !ActionReader.isValueName(name) {
            findings.fail(own.error("name: expected letters and digits"))
        } else if ["service", "id"].contains(name) {
            findings.fail(own.error("name: '\(name)' is the action's own"))
        }
        findings.close(own)
        return ActionCapture(name: name, kind: kind)
    }

    private static func templates(
        _ map: YAMLMapping, _ key: String, _ findings: inout Findings
    ) -> [String: ActionTemplate] {
        var templates: [String: ActionTemplate] = [:]
        for (name, _, field) in ActionsFile.entries(map, key, &findings) {
            templates[name] = findings.read { () throws(YAMLError) in
                try ActionReader.template(field)
            }
        }
        return templates
    }

    private static func statuses(
        _ map: YAMLMapping, _ key: String, in range: ClosedRange<Int>, _ target: inout [Int],
        _ findings: inout Findings
    ) {
        guard map.optional(key) != nil else { return }
        let values = findings.read { () throws(YAMLError) in
            var values: [Int] = []
            for field in try map.list(key) { values.append(try field.int(in: range)) }
            return values
        }
        if let values { target = values }
    }
}
