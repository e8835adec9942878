internal import Contracts

/// One response, from the opening of an incident to the last step undone: events in, actions
/// out, no clock and no I/O. The rules are those of docs/decisions/0005; docs/runbooks.md tells
/// them to people.
///
/// After each event `advance` looks at where the incident and the response stand and takes the
/// next step, so that news may come in any order and at any moment.
struct ResponseStateMachine {
    /// Texts from outside are cut to this many bytes of UTF-8.
    static let titleBytesMax = 200

    var response: Response
    var actions: [ResponseAction] = []
    let policy: NervousSystemPolicy

    /// A machine that goes on with `response`.
    init(_ response: Response, policy: NervousSystemPolicy) {
        self.response = response
        self.policy = policy
    }

    /// A machine for an incident that was not heard of before.
    init(opening news: IncidentPayload, policy: NervousSystemPolicy) {
        self.init(
            Response(
                incidentID: news.incidentId, service: news.service,
                incident: Response.Incident(
                    state: news.state, severity: news.severity, title: "", revision: -1,
                    evidenceTs: news.evidenceTs)),
            policy: policy)
    }

    /// Takes an event in, and says what is to be done.
    mutating func handle(
        _ event: ResponseEvent, at moment: ResponseMoment
    ) -> [ResponseAction] {
        actions = []
        switch event {
        case .incident(let news, let runbook): hear(news, linked: runbook, moment)
        case .outcome(let outcome): hear(outcome, moment)
        case .alarm(let dueMs): wake(dueMs: dueMs, moment)
        case .automationChanged: if !moment.isPaused { advance(moment) }
        }
        return actions
    }

    // MARK: News of the incident

    private mutating func hear(
        _ news: IncidentPayload, linked: Runbook?, _ moment: ResponseMoment
    ) {
        let before = response.incident
        guard news.revision > before.revision else { return }
        let isNew = before.revision < 0
        let cameBack = !isNew && before.state != .open && news.state == .open
        let wasOver = cameBack && before.state == .resolved
        let isOver = news.state == .resolved && (isNew || before.state != .resolved)
        response.incident = Response.Incident(
            state: news.state, severity: news.severity,
            title: news.title.cut(utf8Bytes: Self.titleBytesMax), revision: news.revision,
            evidenceTs: news.evidenceTs, clearedTs: news.clearedTs)
        if news.state == .open {
            let tookOver = adopt(linked, moment)
            if cameBack { comeBack(wasOver: wasOver, tookOver: tookOver, moment) }
            page(news, again: wasOver, moment)
        } else if isNew, let linked {
            begin(linked, moment)
            response.phase = .history
            response.detail = "it was over before it was heard of"
        }
        if isOver { tellResolved() }
        advance(moment)
    }

    /// Takes the linked runbook if none runs, or if it is for a worse severity than the one that
    /// runs. Returns whether it took the place of another.
    private mutating func adopt(_ linked: Runbook?, _ moment: ResponseMoment) -> Bool {
        guard let linked else { return false }
        guard let running = response.runbook else {
            begin(linked, moment)
            return false
        }
        if response.phase == .history, isFresh(moment) {
            if response.steps.allSatisfy({ $0.state == .waiting }) {
                begin(linked, moment)
            } else {
                response.phase = .mitigating
            }
        }
        guard linked.name != running, response.phase != .left,
            response.incident.severity.isWorse(than: response.runbookSeverity)
        else { return false }
        begin(linked, moment)
        return true
    }

    /// Begins a runbook. Steps of the one before stay as they are, and are not taken again; those
    /// whose turn had not come are dropped.
    private mutating func begin(_ runbook: Runbook, _ moment: ResponseMoment) {
        let kept = response.steps.filter { $0.state != .waiting }
        let inPlace = kept.filter { $0.state == .done || $0.state == .requested }
        let new = runbook.steps.map { step in
            var new = ResponseStep(step, of: runbook.name)
            if let twin = inPlace.first(where: { $0.step.orders(the: step) }) {
                new.state = .skipped
                new.detail = "in place already: \(twin.name)"
            }
            return new
        }
        response.runbook = runbook.name
        response.runbookSeverity = response.incident.severity
        response.timings = runbook.timings
        response.steps = kept + new
        response.provenTs = nil
        response.phase = .mitigating
        response.detail = nil
        if response.pending == nil { disarm() }
        if !isFresh(moment) { becomeHistory(moment) }
    }

    /// The incident has come back: what was taken back is put in place again, once; the second
    /// time it is left to a person.
    private mutating func comeBack(wasOver: Bool, tookOver: Bool, _ moment: ResponseMoment) {
        switch response.phase {
        case .history, .observed, .left: return
        case .asked where !wasOver: return
        default: break
        }
        if response.pending == nil { disarm() }
        if let firstUndoMs = response.firstUndoMs {
            response.firstUndoMs = nil
            let isRelapse = moment.nowMs - firstUndoMs <= response.timings.relapseWithinMs
            if isRelapse, response.putBack { return leave(.relapsedAgain) }
            response.putBack = isRelapse
        }
        response.phase = .mitigating
        response.detail = nil
        guard !tookOver else { return }
        for index in response.steps.indices {
            switch response.steps[index].state {
            case .undone: response.steps[index].state = .waiting
            case .undoing: response.steps[index].comesBack = true
            case .asked where wasOver, .skipped where wasOver:
                response.steps[index].state = .waiting
            default: break
            }
        }
    }

    // MARK: Alarms

    private mutating func wake(dueMs: Int64, _ moment: ResponseMoment) {
        guard let alarm = response.alarm, alarm.dueMs == dueMs else { return }
        response.alarm = nil
        // Late by more than evidence may be: the service was down. What came meanwhile has not
        // been read yet, so decide when it has.
        let patienceMs = response.timings.actWithinMs
        if alarm.kind != .forget, moment.nowMs - dueMs > patienceMs {
            return arm(alarm.kind, dueMs: moment.nowMs + patienceMs)
        }
        switch alarm.kind {
        case .outcome:
            if response.pending.map({ response.steps[$0].isUnderWay }) == true {
                askAboutRun()
            } else {
                askAboutSilence()
            }
        case .verify: giveUp(.notRecovered, rest: .waiting)
        case .stable, .undoWatch:
            response.phase = .undoing
            advance(moment)
        case .retry: advance(moment)
        case .forget: actions.append(.forget)
        }
    }

    mutating func arm(_ kind: Response.Alarm.Kind, dueMs: Int64) {
        response.alarm = Response.Alarm(kind: kind, dueMs: dueMs)
        actions.append(.setAlarm(dueMs: dueMs))
    }

    mutating func disarm() {
        guard response.alarm != nil else { return }
        response.alarm = nil
        actions.append(.cancelAlarm)
    }

    // MARK: Facts

    /// Whether the evidence is young enough to act upon.
    func isFresh(_ moment: ResponseMoment) -> Bool {
        moment.nowMs - response.evidenceTs <= response.timings.actWithinMs
    }

    /// Whether what is heard was said just now, and not read after an outage.
    func isLive(_ moment: ResponseMoment) -> Bool {
        moment.nowMs - moment.saidMs <= response.timings.actWithinMs
    }
}
