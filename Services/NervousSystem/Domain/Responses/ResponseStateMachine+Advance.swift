internal import Contracts
internal import Signing

extension ResponseStateMachine {
    /// The name under which requests are made.
    static let author = "service/nervous-system"

    /// Takes the next step, if it is time for one.
    mutating func advance(_ moment: ResponseMoment) {
        guard response.pending == nil else { return }
        guard response.runbook != nil else {
            if response.incident.state == .resolved { armForget(moment) }
            return
        }
        switch response.incident.state {
        case .open: takeSteps(moment)
        case .recovering: recover(moment)
        case .resolved: close(moment)
        }
    }

    // MARK: The incident is open

    private mutating func takeSteps(_ moment: ResponseMoment) {
        guard response.phase == .mitigating else { return }
        if response.nextWaiting != nil {
            switch moment.mode {
            case .observe: return observeRest("the automation only observes \(response.service)")
            case .ask: return askInstead()
            case .act: break
            }
        }
        var questions: [Int] = []
        while let index = response.nextWaiting {
            let step = response.steps[index].step
            if moment.isPaused, step.isAutomatic {
                ask(questions)
                return disarm()
            }
            guard isFresh(moment) else { return evidenceGrewOld(moment) }
            switch step.kind {
            case .ask:
                response.steps[index].state = .asked
                questions.append(index)
            case .request(let action, _):
                ask(questions)
                return request(action, index, undo: false, moment)
            case .run(let run):
                ask(questions)
                return request(run, index, moment)
            }
        }
        ask(questions)
        response.phase = .verifying
        arm(.verify, dueMs: moment.nowMs + response.timings.verifyWithinMs)
    }

    /// The evidence is too old to act upon: the record stands, and fresh evidence goes on.
    mutating func becomeHistory(_ moment: ResponseMoment) {
        let ageS = (moment.nowMs - response.evidenceTs) / 1000
        let begun = response.steps.contains { $0.state != .waiting }
        response.phase = .history
        response.detail =
            "history: the evidence is \(ageS) s old; "
            + (begun ? "no further step is taken" : "nothing was done")
    }

    /// Steps are left whose evidence grew old, behind a pause or an outage of this service. Who
    /// is there now is asked; after an outage the news that is still unread decides.
    private mutating func evidenceGrewOld(_ moment: ResponseMoment) {
        if isLive(moment) {
            giveUp(.evidenceOld, rest: .asked)
        } else {
            becomeHistory(moment)
        }
    }

    mutating func observeRest(_ why: String) {
        for index in response.steps.indices where response.steps[index].state == .waiting {
            response.steps[index].state = .observed
        }
        response.phase = .observed
        response.detail = why
        disarm()
    }

    // MARK: The incident recovers

    private mutating func recover(_ moment: ResponseMoment) {
        switch response.phase {
        case .stabilising, .undoWatch, .finished, .left: return
        case .undoing: undoNext(moment)
        case .history, .observed, .asked:
            if response.nextUndo != nil { stabilise(moment) }
        case .mitigating, .verifying, .gaveUp: stabilise(moment)
        }
    }

    private mutating func stabilise(_ moment: ResponseMoment) {
        // Event time says since when it is clear; the window never ends before it was heard of.
        let clearedMs = max(0, min(response.incident.clearedTs ?? moment.nowMs, moment.nowMs))
        response.phase = .stabilising
        arm(.stable, dueMs: max(moment.nowMs, clearedMs + response.timings.stableForMs))
    }

    private mutating func undoNext(_ moment: ResponseMoment) {
        guard let index = response.nextUndo, let undo = response.steps[index].step.undo else {
            return finish(moment)
        }
        if moment.isPaused { return disarm() }
        response.firstUndoMs = response.firstUndoMs ?? moment.nowMs
        request(undo, index, undo: true, moment)
    }

    private mutating func finish(_ moment: ResponseMoment) {
        for index in response.steps.indices where response.steps[index].state == .waiting {
            response.steps[index].state = .skipped
            response.steps[index].detail = "not needed any more"
        }
        response.phase = .finished
        disarm()
        if response.incident.state == .resolved { armForget(moment) }
    }

    // MARK: The incident is resolved

    /// A person may resolve an incident in the middle: what is in place for it then goes, one at
    /// a time as ever, without a stable window.
    private mutating func close(_ moment: ResponseMoment) {
        switch response.phase {
        case .undoWatch: return
        case .left: break
        case .history, .observed, .asked, .finished, .gaveUp:
            if response.nextUndo != nil { return startUndo(moment) }
        case .mitigating, .verifying, .stabilising, .undoing: return startUndo(moment)
        }
        armForget(moment)
    }

    private mutating func startUndo(_ moment: ResponseMoment) {
        response.phase = .undoing
        undoNext(moment)
    }

    private mutating func armForget(_ moment: ResponseMoment) {
        guard response.alarm?.kind != .forget else { return }
        arm(.forget, dueMs: moment.nowMs + policy.viewKeepMs)
    }

    // MARK: Requests

    private mutating func request(
        _ action: RunbookAction, _ index: Int, undo: Bool, _ moment: ResponseMoment
    ) {
        order(index, undo: undo, moment) { request in
            request.type = action.type.rawValue
            request.enabled = action.enabled
            request.module = action.module
            request.percent = action.percent
            request.factor = action.factor
            request.level = action.level
        }
    }

    private mutating func request(_ run: RunbookRun, _ index: Int, _ moment: ResponseMoment) {
        let arguments = run.arguments(
            service: response.service, incident: response.incidentID,
            severity: response.incident.severity)
        order(index, undo: false, moment) { request in
            request.action = run.action
            request.arguments = arguments
        }
    }

    /// Orders what `fill` says, under an id that no other order of this response has.
    private mutating func order(
        _ index: Int, undo: Bool, _ moment: ResponseMoment,
        _ fill: (inout RequestPayload) -> Void
    ) {
        response.steps[index].attempts += 1
        response.steps[index].state = undo ? .undoing : .requested
        response.steps[index].isUnderWay = false
        let step = response.steps[index]
        // A runbook may begin anew, its steps counted from the start: never by the same news.
        let revision = response.incident.revision
        let id = DerivedID.make(
            from: "\(response.incidentID)/\(revision)/\(step.name)/\(undo ? "undo" : "do")",
            ordinal: step.attempts, salt: "nervous-system")
        response.steps[index].requestID = id
        response.steps[index].detail = nil
        response.detail = nil
        var request = RequestPayload(
            type: CommandType.runAction.rawValue, author: Self.author, service: response.service,
            reason: "\(undo ? "undo of " : "")\(step.name): \(response.incident.title)",
            incidentId: response.incidentID, runbook: step.runbook, step: step.step.id,
            undo: undo ? true : nil, evidenceTs: response.evidenceTs)
        fill(&request)
        actions.append(.request(request, id: id))
        arm(.outcome, dueMs: moment.nowMs + policy.outcomeWithinMs)
    }
}
