internal import Contracts

/// Why the automation stops and a person is asked to go on.
enum ResponseEnd: Hashable {
    /// The incident did not recover in time.
    case notRecovered
    /// The automation has touched too many services within the hour.
    case brake
    /// A step was refused, or did not work.
    case refused(String)
    /// The evidence grew too old while steps were left.
    case evidenceOld
    /// It came back a second time after steps were taken back.
    case relapsedAgain
    /// A step could not be taken back.
    case undoRefused(String)
    /// An action was run, and did not end well.
    case runFailed(String)

    /// How a person is reached: what was begun and went wrong wakes somebody.
    var urgency: NotificationUrgency {
        if case .runFailed = self { .page } else { .ask }
    }
}

extension ResponseStateMachine {
    // MARK: Asking

    /// Wakes somebody for a severity for which nobody was woken, if the evidence is fresh.
    mutating func page(_ news: IncidentPayload, again: Bool, _ moment: ResponseMoment) {
        let severity = response.incident.severity
        guard policy.notifications.pageSeverities.contains(severity), isFresh(moment),
            again || response.pagedSeverity.map({ severity.isWorse(than: $0) }) ?? true
        else { return }
        response.pagedSeverity = severity
        let reason = news.reason.cut(utf8Bytes: 4 * Self.titleBytesMax)
        notify(
            .page, response.incident.title, "\(reason)\n\(plan(moment))",
            ["dreamnet incidents ack \(response.incidentID)"] + looks)
    }

    private func plan(_ moment: ResponseMoment) -> String {
        guard let runbook = response.runbook else {
            return "No runbook applies: nothing is done by itself."
        }
        let steps = response.steps.filter { $0.state == .waiting && $0.step.isAutomatic }
            .map(\.step.title).joined(separator: "; ")
        guard !steps.isEmpty else { return "Runbook \(runbook) has nothing to do by itself." }
        switch moment.mode {
        case .observe:
            return "\(response.service) is only observed; runbook \(runbook) would do: \(steps)."
        case .ask: return "Runbook \(runbook) asks before it does: \(steps)."
        case .act where moment.isPaused:
            return "The automation is paused; runbook \(runbook) would do: \(steps)."
        case .act: return "Runbook \(runbook) does: \(steps)."
        }
    }

    /// Puts questions of the runbook to a person, those that come together as one.
    mutating func ask(_ questions: [Int]) {
        guard !questions.isEmpty else { return }
        let steps = questions.map { response.steps[$0].step }
        notify(
            .ask, "runbook \(response.runbook ?? "") asks: \(steps[0].title)",
            numbered(steps), commands(of: steps) + looks)
    }

    /// The service's automation asks: all steps go to a person at once.
    mutating func askInstead() {
        let steps = takeRest()
        response.phase = .asked
        response.detail = "a person was asked: the automation of \(response.service) asks"
        notify(
            .ask, "runbook \(response.runbook ?? "") asks before it acts", numbered(steps),
            commands(of: steps) + looks)
    }

    /// control-core has not answered. The request is on its way: it is not sent again.
    mutating func askAboutSilence() {
        guard let index = response.pending else { return }
        let step = response.steps[index]
        let waited = "control-core has not answered for \(policy.outcomeWithinMs / 1000) s"
        response.steps[index].detail = waited
        let action = step.state == .undoing ? step.step.undo : step.step.action
        let byHand = action?.command(service: response.service)
        notify(
            .ask, "\(waited): \(step.step.title)",
            """
            Request \(step.requestID ?? "") of step \(step.name) is recorded and its answer is \
            awaited; no other step is taken before. Is control-core running? The first command \
            does the step under your own name.
            """,
            (byHand.map { [$0] } ?? []) + ["dreamnet commands show \(step.requestID ?? "")"] + looks
        )
    }

    /// A run has not ended in time. It goes on, and is not begun a second time.
    mutating func askAboutRun() {
        guard let index = response.pending, let run = response.steps[index].step.run else { return }
        let waited = "\(run.action) has not ended within \(run.withinMs / 1000) s"
        response.steps[index].detail = waited
        askAbout(index, .ask, waited, "Its outcome is awaited; no other step is taken before.")
    }

    /// A run waits for its second person.
    mutating func askToApprove(_ index: Int) {
        response.steps[index].detail = "waits for a person's approval"
        let id = response.steps[index].requestID ?? ""
        askAbout(
            index, .ask, "\(response.steps[index].step.title): needs approval",
            "Nothing is done before somebody approves it; the first command does.",
            ["dreamnet actions approve \(id)"])
    }

    /// Nobody knows what became of a run: its effector died while it ran.
    mutating func askToSettle(_ index: Int, _ why: String) {
        response.steps[index].detail = "in doubt: \(why)"
        let id = response.steps[index].requestID ?? ""
        askAbout(
            index, .page, "in doubt: \(response.steps[index].step.title)",
            "\(why)\nNo other step is taken before somebody says what became of it.",
            ["dreamnet actions settle \(id) --result done"])
    }

    private mutating func askAbout(
        _ index: Int, _ urgency: NotificationUrgency, _ title: String, _ text: String,
        _ commands: [String] = []
    ) {
        let step = response.steps[index]
        notify(
            urgency, title, "\(text)\nStep \(step.name), request \(step.requestID ?? "").",
            commands + ["dreamnet actions show \(step.requestID ?? "")"] + looks)
    }

    // MARK: Giving up

    /// Leaves the incident to a person. What is in place is undone when it recovers.
    mutating func giveUp(_ end: ResponseEnd, rest: ResponseStep.State) {
        let failed = response.steps.filter { $0.state == .failed }
        let steps = failed.map(\.step) + (rest == .asked ? takeRest() : [])
        let shows = failed.filter { $0.step.run != nil }.compactMap(\.requestID)
            .map { "dreamnet actions show \($0)" }
        stop(.gaveUp, end, shows + commands(of: steps))
    }

    /// Leaves the incident to a person, and what is in place as it is.
    mutating func leave(_ end: ResponseEnd) {
        let putBack = response.steps.filter { $0.state == .undone }.map(\.step)
        let takeBack = response.steps.filter { $0.state == .done || $0.state == .failed }
            .compactMap { $0.step.undo?.command(service: response.service) }
            .map { "\($0) --override" }
        stop(.left, end, commands(of: putBack) + takeBack.reversed())
    }

    private mutating func stop(
        _ phase: Response.Phase, _ end: ResponseEnd, _ commands: [String]
    ) {
        if response.pending == nil { disarm() }
        response.phase = phase
        let why = text(of: end)
        response.detail = why
        let record = response.steps.map { step in
            "- \(step.name): \(step.state.rawValue)" + (step.detail.map { " (\($0))" } ?? "")
        }
        let after =
            phase == .gaveUp
            ? "What is in place is undone when the incident recovers."
            : "What is in place stays until a person changes it."
        notify(
            end.urgency, "a person must go on: \(why)",
            (["The automation has stopped. \(after)"] + record).joined(separator: "\n"),
            commands + looks)
    }

    private func text(of end: ResponseEnd) -> String {
        switch end {
        case .notRecovered:
            "not recovered within \(response.timings.verifyWithinMs / 1000) s of the last step"
        case .brake: "the brake: the automation has touched too many services within the hour"
        case .refused(let why): "a step was refused: \(why)"
        case .evidenceOld: "the evidence grew too old while steps were left"
        case .relapsedAgain: "it came back a second time after steps were undone"
        case .undoRefused(let why): "a step could not be undone: \(why)"
        case .runFailed(let why): "an action did not end well: \(why)"
        }
    }

    /// Marks the steps that are left as a person's, and returns them.
    private mutating func takeRest() -> [RunbookStep] {
        var steps: [RunbookStep] = []
        for index in response.steps.indices where response.steps[index].state == .waiting {
            response.steps[index].state = .asked
            steps.append(response.steps[index].step)
        }
        return steps
    }

    // MARK: Telling

    /// Tells whoever was woken that it is over.
    mutating func tellResolved() {
        guard response.pagedSeverity != nil else { return }
        response.pagedSeverity = nil
        guard policy.notifications.tellResolved else { return }
        let inPlace = response.steps.filter { $0.state == .done || $0.isPending }.map(\.name)
        let rest =
            inPlace.isEmpty
            ? "Nothing is in place for it any more."
            : "Still in place: \(inPlace.joined(separator: ", "))."
        notify(
            .tell, "resolved: \(response.incident.title)", rest,
            ["dreamnet incidents show \(response.incidentID)"])
    }

    private mutating func notify(
        _ urgency: NotificationUrgency, _ title: String, _ text: String, _ commands: [String]
    ) {
        let severity = response.incident.severity
        actions.append(
            .notify(
                NotificationPayload(
                    urgency: urgency, service: response.service,
                    incidentId: response.incidentID, severity: severity,
                    title: "\(severity.rawValue) \(response.service): \(title)", text: text,
                    commands: commands, evidenceTs: response.incident.evidenceTs)))
    }

    // MARK: Words

    private var looks: [String] {
        [
            "dreamnet incidents show \(response.incidentID)",
            "dreamnet signals show \(response.service)",
        ]
    }

    private func numbered(_ steps: [RunbookStep]) -> String {
        steps.enumerated().map { index, step in
            guard case .ask(let text, _) = step.kind else { return "\(index + 1). \(step.title)" }
            return "\(index + 1). \(step.title): \(filled(text))"
        }.joined(separator: "\n")
    }

    private func commands(of steps: [RunbookStep]) -> [String] {
        steps.flatMap { step -> [String] in
            switch step.kind {
            case .request(let action, _):
                action.command(service: response.service).map { [$0] } ?? []
            case .run(let run):
                [
                    run.command(
                        service: response.service, incident: response.incidentID,
                        severity: response.incident.severity)
                ]
            case .ask(_, let commands): commands.map(filled)
            }
        }
    }

    private func filled(_ text: String) -> String {
        RunbookPlaces.fill(
            text, service: response.service, incident: response.incidentID,
            severity: response.incident.severity)
    }
}
