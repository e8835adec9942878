internal import Contracts
internal import NervousSystemDomain
internal import YAML

/// One file of runbooks/ (docs/runbooks.md describes it).
struct RunbookFile {
    static let bytesMax = 256 * 1024

    let name: String
    let node: YAMLNode
    let body: String

    init(name: String, text: String, path: String) throws(YAMLError) {
        let matter = try YAMLFrontMatter(
            parsing: text, file: path, limits: YAMLLimits(bytesMax: Self.bytesMax, depthMax: 16))
        self.name = name
        node = matter.node
        body = matter.body
    }

    /// When the runbook applies: all that incident-core needs to know.
    func trigger(_ findings: inout Findings) -> RunbookTrigger? {
        let trigger = findings.read { () throws(YAMLError) in
            try node.mapping().mapping("trigger")
        }
        guard let trigger else { return nil }
        let errorsBefore = findings.errors.count
        let value = self.trigger(trigger, &findings)
        guard findings.errors.count == errorsBefore else { return nil }
        let head = Runbook(name: name, title: name, trigger: value, steps: [])
        fail(head.validate().filter { $0.path.hasPrefix("trigger") }, &findings)
        return value
    }

    /// The whole runbook, checked by the rules of the domain.
    func runbook(_ findings: inout Findings) -> Runbook? {
        guard let map = findings.read({ () throws(YAMLError) in try node.mapping() }) else {
            return nil
        }
        let errorsBefore = findings.errors.count
        if let field = findings.read({ () throws(YAMLError) in try map.required("name") }),
            let written = findings.read({ () throws(YAMLError) in try field.string() }),
            written != name
        {
            findings.fail(field.error("expected '\(name)', for the file is \(name).md"))
        }
        let title = findings.read { () throws(YAMLError) in try map.string("title") }
        let trigger = findings.read { () throws(YAMLError) in try map.mapping("trigger") }
            .flatMap { self.trigger($0, &findings) }
        let timings = timings(map, &findings)
        var steps: [RunbookStep?] = []
        for field in findings.read({ () throws(YAMLError) in try map.list("steps") }) ?? [] {
            steps.append(step(field, &findings))
        }
        findings.close(map)
        guard findings.errors.count == errorsBefore, let title, let trigger else { return nil }
        let runbook = Runbook(
            name: name, title: title, trigger: trigger, timings: timings,
            steps: steps.compactMap(\.self), text: body)
        fail(runbook.validate(), &findings)
        return findings.errors.count == errorsBefore ? runbook : nil
    }

    private func fail(_ problems: [RunbookProblem], _ findings: inout Findings) {
        for problem in problems {
            findings.fail(
                YAMLError(.invalidValue, problem.description, at: node.mark(at: problem.path)))
        }
    }

    private func trigger(_ map: YAMLMapping, _ findings: inout Findings) -> RunbookTrigger {
        let severities = choices("severity", of: Severity.self, map, &findings)
        let signals = choices("signals", of: GoldenSignal.self, map, &findings)
        let services =
            findings.read { () throws(YAMLError) in try map.optionalStrings("services") } ?? []
        findings.close(map)
        return RunbookTrigger(
            runbook: name, severities: severities, signals: signals, services: Set(services))
    }

    private func choices<Choice: RawRepresentable & CaseIterable & Hashable>(
        _ key: String, of type: Choice.Type, _ map: YAMLMapping, _ findings: inout Findings
    ) -> Set<Choice> where Choice.RawValue == String {
        var choices: Set<Choice> = []
        for field in findings.read({ () throws(YAMLError) in try map.optionalList(key) }) ?? [] {
            if let choice = findings.read({ () throws(YAMLError) in try field.choice(of: type) }) {
                choices.insert(choice)
            }
        }
        return choices
    }

    private func timings(_ map: YAMLMapping, _ findings: inout Findings) -> RunbookTimings {
        var timings = RunbookTimings()
        func set(_ path: WritableKeyPath<RunbookTimings, Int64>, _ key: String) {
            findings.set(&timings[keyPath: path]) { () throws(YAMLError) in
                try map.optionalDurationMs(key)
            }
        }
        set(\.actWithinMs, "actWithin")
        set(\.stableForMs, "stableFor")
        set(\.undoWatchMs, "undoWatch")
        set(\.relapseWithinMs, "relapseWithin")
        set(\.verifyWithinMs, "verifyWithin")
        return timings
    }

    private func step(_ field: YAMLField, _ findings: inout Findings) -> RunbookStep? {
        guard let map = findings.read({ () throws(YAMLError) in try field.mapping() }) else {
            return nil
        }
        defer { findings.close(map) }
        let id = findings.read { () throws(YAMLError) in try map.string("id") }
        let title = findings.read { () throws(YAMLError) in try map.string("title") }
        let kind: RunbookStep.Kind?
        switch (map.optional("action"), map.optional("run"), map.optional("ask")) {
        case (let action?, nil, nil): kind = request(action, map, &findings)
        case (nil, let run?, nil): kind = self.run(run, map, &findings)
        case (nil, nil, let ask?):
            let text = findings.read { () throws(YAMLError) in try ask.string() }
            let commands =
                findings.read { () throws(YAMLError) in try map.optionalStrings("commands") } ?? []
            kind = text.map { .ask(text: $0, commands: commands) }
        default:
            findings.fail(map.error("expected one of action, run and ask"))
            for key in ["with", "undo", "within", "commands"] { _ = map.optional(key) }
            return nil
        }
        guard let id, let title, let kind else { return nil }
        return RunbookStep(id: id, title: title, kind: kind)
    }

    private func request(
        _ action: YAMLField, _ map: YAMLMapping, _ findings: inout Findings
    ) -> RunbookStep.Kind? {
        let type = findings.read { () throws(YAMLError) in
            try action.choice(of: CommandType.self)
        }
        let with = findings.read { () throws(YAMLError) in try map.mapping("with") }
        let undo = findings.read { () throws(YAMLError) in try map.mapping("undo") }
        guard let type else { return nil }
        let actions = [with, undo].map { $0.map { self.action(type, $0, &findings) } }
        guard let first = actions[0], let second = actions[1] else { return nil }
        return .request(first, undo: second)
    }

    private func run(
        _ action: YAMLField, _ map: YAMLMapping, _ findings: inout Findings
    ) -> RunbookStep.Kind? {
        guard let name = findings.read({ () throws(YAMLError) in try action.string() }) else {
            return nil
        }
        var run = RunbookRun(name)
        for (name, _, field) in ActionsFile.entries(map, "with", &findings) {
            if let value = findings.read({ () throws(YAMLError) in try field.string() }) {
                run.arguments.append(NamedValue(name: name, value: value))
            }
        }
        findings.set(&run.withinMs) { () throws(YAMLError) in
            try map.optionalDurationMs("within")
        }
        return .run(run)
    }

    private func action(
        _ type: CommandType, _ map: YAMLMapping, _ findings: inout Findings
    ) -> RunbookAction {
        var action = RunbookAction(type)
        findings.set(&action.enabled) { () throws(YAMLError) in try map.optionalBool("enabled") }
        findings.set(&action.module) { () throws(YAMLError) in try map.optionalString("module") }
        findings.set(&action.percent) { () throws(YAMLError) in
            try map.optional("percent")?.double()
        }
        findings.set(&action.factor) { () throws(YAMLError) in
            try map.optional("factor")?.double()
        }
        findings.set(&action.level) { () throws(YAMLError) in try map.optionalString("level") }
        findings.close(map)
        return action
    }
}
