internal import Contracts

extension Runbook {
    /// Most steps of a runbook.
    public static let stepsMax = 50
    /// Longest text of a title, a question or a command, in UTF-8 bytes.
    public static let textBytesMax = 4096
    private static let hourMs: Int64 = 3_600_000

    /// Everything that is wrong with the runbook; empty: it can be run.
    public func validate() -> [RunbookProblem] {
        problemsOfHead() + problemsOfTimings() + problemsOfSteps()
    }

    private func problemsOfHead() -> [RunbookProblem] {
        var problems: [RunbookProblem] = []
        if !Self.isIdentifier(name) {
            problems.append(RunbookProblem("name", "expected 1 to 63 of a-z, 0-9 and '-'"))
        }
        problems += Self.problems(of: title, at: "title")
        if trigger.runbook != name {
            problems.append(RunbookProblem("trigger", "is of another runbook"))
        }
        if trigger.severities.isEmpty {
            problems.append(RunbookProblem("trigger.severity", "expected one or more of P0 to P3"))
        }
        for service in trigger.services.sorted() where !ServiceName.isValid(service) {
            problems.append(
                RunbookProblem("trigger.services", "'\(service)' is no name of a service"))
        }
        return problems
    }

    private func problemsOfTimings() -> [RunbookProblem] {
        let limits: [(String, Int64, ClosedRange<Int64>)] = [
            ("actWithin", timings.actWithinMs, 1_000...Self.hourMs),
            ("stableFor", timings.stableForMs, 1_000...(24 * Self.hourMs)),
            ("undoWatch", timings.undoWatchMs, 1_000...Self.hourMs),
            ("relapseWithin", timings.relapseWithinMs, 1_000...(24 * Self.hourMs)),
            ("verifyWithin", timings.verifyWithinMs, 1_000...(24 * Self.hourMs)),
        ]
        return limits.filter { !$2.contains($1) }.map { name, _, limits in
            RunbookProblem(
                name,
                "expected \(limits.lowerBound / 1000) s to \(limits.upperBound / 60_000) min")
        }
    }

    private func problemsOfSteps() -> [RunbookProblem] {
        var problems: [RunbookProblem] = []
        if steps.isEmpty { problems.append(RunbookProblem("steps", "expected one or more")) }
        if steps.count > Self.stepsMax {
            problems.append(RunbookProblem("steps", "expected \(Self.stepsMax) or fewer"))
        }
        var seen: Set<String> = []
        for (index, step) in steps.enumerated() {
            let path = "steps[\(index)]"
            if !Self.isIdentifier(step.id) {
                problems.append(
                    RunbookProblem("\(path).id", "expected 1 to 63 of a-z, 0-9 and '-'"))
            }
            if !seen.insert(step.id).inserted {
                problems.append(RunbookProblem("\(path).id", "'\(step.id)' is there twice"))
            }
            problems += Self.problems(of: step.title, at: "\(path).title")
            problems += Self.problems(of: step, at: path)
        }
        return problems
    }

    private static func problems(of step: RunbookStep, at path: String) -> [RunbookProblem] {
        switch step.kind {
        case .ask(let text, let commands):
            return problems(of: text, at: "\(path).ask")
                + commands.enumerated().flatMap {
                    problems(of: $1, at: "\(path).commands[\($0)]")
                }
        case .run(let run): return problems(of: run, at: path)
        case .request(let action, let undo):
            guard RunbookAction.automatic.contains(action.type) else {
                return [
                    RunbookProblem(
                        "\(path).action", "\(action.type.rawValue) is for people: ask for it")
                ]
            }
            var found = problems(of: action, at: "\(path).with")
            guard undo.type == action.type, undo.module == nil || undo.module == action.module
            else { return found + [RunbookProblem("\(path).undo", "undoes something else")] }
            found += problems(of: step.undo ?? undo, at: "\(path).undo", isUndo: true)
            if found.isEmpty, !action.isMitigation {
                found.append(RunbookProblem("\(path).with", "is how things are at rest"))
            } else if found.isEmpty, !undo.isOpposite(of: action) {
                found.append(RunbookProblem("\(path).undo", "does not take the action back"))
            }
            return found
        }
    }

    private static func problems(of run: RunbookRun, at path: String) -> [RunbookProblem] {
        var problems: [RunbookProblem] = []
        if !isIdentifier(run.action) {
            problems.append(RunbookProblem("\(path).run", "expected the name of an action"))
        }
        if run.arguments.count > RunbookRun.argumentsMax {
            problems.append(
                RunbookProblem(
                    "\(path).with", "expected \(RunbookRun.argumentsMax) parameters or fewer"))
        }
        for argument in run.arguments
        where argument.value.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f })
            || argument.value.utf8.count > textBytesMax
        {
            problems.append(
                RunbookProblem("\(path).with.\(argument.name)", "expected one printable line"))
        }
        if !(1_000...24 * hourMs).contains(run.withinMs) {
            problems.append(RunbookProblem("\(path).within", "expected 1 s to 24 h"))
        }
        return problems
    }

    private static func problems(
        of action: RunbookAction, at path: String, isUndo: Bool = false
    ) -> [RunbookProblem] {
        var problems: [RunbookProblem] = []
        func check(_ name: String, present: Bool, needed: Bool) {
            guard present != needed else { return }
            let message = needed ? "missing" : "is no parameter of \(action.type.rawValue)"
            problems.append(RunbookProblem("\(path).\(name)", message))
        }
        let levels: [String] =
            switch action.type {
            case .setMonitor: ["increase", "normal"]
            case .setAlertThreshold: ["lower", "normal"]
            default: []
            }
        check("enabled", present: action.enabled != nil, needed: levels.isEmpty)
        check("level", present: action.level != nil, needed: !levels.isEmpty)
        check("module", present: action.module != nil, needed: action.type == .setModule)
        if let module = action.module, !isModule(module) {
            problems.append(
                RunbookProblem("\(path).module", "expected 1 to 63 of a-z, 0-9, '-' and '_'"))
        }
        if let level = action.level, !levels.isEmpty, !levels.contains(level) {
            problems.append(
                RunbookProblem("\(path).level", "expected \(levels.joined(separator: " or "))"))
        }
        if let percent = action.percent {
            check("percent", present: true, needed: action.type == .setRateLimit && !isUndo)
            if !(percent > 0 && percent <= 100) {
                problems.append(RunbookProblem("\(path).percent", "expected above 0 to 100"))
            }
        }
        if let factor = action.factor {
            check("factor", present: true, needed: action.type == .setAutoscale && !isUndo)
            if !(1...100).contains(factor) {
                problems.append(RunbookProblem("\(path).factor", "expected 1 to 100"))
            }
        }
        return problems
    }

    private static func problems(of text: String, at path: String) -> [RunbookProblem] {
        guard text.utf8.contains(where: { $0 > 0x20 }) else {
            return [RunbookProblem(path, "missing")]
        }
        guard text.utf8.count <= textBytesMax else {
            return [RunbookProblem(path, "expected \(textBytesMax) bytes or fewer")]
        }
        return []
    }

    private static func isIdentifier(_ text: String) -> Bool {
        ServiceName.isValid(text) && !text.utf8.contains(0x5f)
    }

    private static func isModule(_ text: String) -> Bool { ServiceName.isValid(text) }
}

extension RunbookAction {
    /// Whether this departs from how things are at rest.
    fileprivate var isMitigation: Bool {
        type == .setModule
            ? enabled == false : enabled == true || level.map { $0 != "normal" } == true
    }

    /// Whether this takes back what `action` does: off what it turned on, normal what it moved.
    fileprivate func isOpposite(of action: RunbookAction) -> Bool {
        if let enabled = action.enabled { return self.enabled == !enabled }
        return level == "normal"
    }
}
