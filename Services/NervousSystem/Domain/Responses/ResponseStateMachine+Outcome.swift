internal import Contracts

extension ResponseStateMachine {
    /// Takes what became of a request. Only a final outcome of the request that is awaited
    /// counts: a repeated one finds nobody waiting, a late one still does.
    mutating func hear(_ outcome: OutcomePayload, _ moment: ResponseMoment) {
        guard
            let index = response.steps.firstIndex(where: {
                $0.isPending && $0.requestID == outcome.commandId
            })
        else { return }
        guard outcome.final, outcome.status.isFinal else {
            return hearProgress(outcome, index, moment)
        }
        disarm()
        response.steps[index].isUnderWay = false
        response.detail = nil
        let goesOn =
            response.steps[index].state == .undoing
            ? hearUndo(outcome, index, moment) : hearAction(outcome, index, moment)
        if goesOn { advance(moment) }
    }

    /// Returns whether the response may go on at once.
    private mutating func hearAction(
        _ outcome: OutcomePayload, _ index: Int, _ moment: ResponseMoment
    ) -> Bool {
        if outcome.status.isSuccess {
            set(index, .done, outcome.code == .unchanged ? "was so already" : nil)
            if response.steps[index].step.run != nil { response.provenTs = moment.saidMs }
            return true
        }
        let why = reason(of: outcome)
        if response.steps[index].step.run != nil, outcome.status == .failed {
            // It has begun, and nobody takes it back: whatever became of the incident meanwhile.
            set(index, .failed, why)
            if response.phase != .left { giveUp(.runFailed(why), rest: .asked) }
            return true
        }
        if outcome.code == .held {
            set(index, .skipped, why)
            return true
        }
        guard response.incident.state == .open, response.phase == .mitigating else {
            set(index, .skipped, why)
            return true
        }
        switch outcome.code {
        case .paused:
            set(index, .waiting, why)
            retryUnlessPaused(moment)
            return false
        case .observed:
            set(index, .observed, why)
            observeRest(why)
            return true
        case .stale where !isLive(moment):
            set(index, .waiting, why)
            response.phase = .history
            response.detail = why
            return true
        default:
            set(index, .failed, why)
            giveUp(outcome.code == .brake ? .brake : .refused(why), rest: .asked)
            return true
        }
    }

    /// A run takes its time: what control-core says of it on the way moves the time at which a
    /// person is asked about it, and nothing else.
    private mutating func hearProgress(
        _ outcome: OutcomePayload, _ index: Int, _ moment: ResponseMoment
    ) {
        guard let run = response.steps[index].step.run, !outcome.final else { return }
        response.steps[index].isUnderWay = true
        response.steps[index].detail = nil
        arm(.outcome, dueMs: moment.nowMs + run.withinMs)
        switch outcome.status {
        case .inDoubt: askToSettle(index, reason(of: outcome))
        case .planned where outcome.code == .needsSecondPerson: askToApprove(index)
        default: break
        }
    }

    private mutating func hearUndo(
        _ outcome: OutcomePayload, _ index: Int, _ moment: ResponseMoment
    ) -> Bool {
        let comesBack = response.steps[index].comesBack
        response.steps[index].comesBack = false
        if outcome.status.isSuccess {
            let others = outcome.heldBy ?? []
            set(
                index, comesBack ? .waiting : .undone,
                others.isEmpty ? nil : "still held by \(Self.names(others))")
            if response.phase == .undoing {
                response.phase = .undoWatch
                arm(.undoWatch, dueMs: moment.nowMs + response.timings.undoWatchMs)
            }
            return true
        }
        let why = reason(of: outcome)
        switch outcome.code {
        case .held:
            set(index, .skipped, "left as it is: \(why)")
            return true
        case .paused:
            set(index, .done, why)
            guard response.phase == .undoing else { return true }
            retryUnlessPaused(moment)
            return false
        default:
            // Nothing changed: what came back meanwhile still has it in place.
            set(index, comesBack ? .done : .failed, why)
            if response.phase == .undoing { leave(.undoRefused(why)) }
            return true
        }
    }

    /// control-core knows of a pause of which this task has not heard, or no longer: the setting
    /// and the outcome come on two topics.
    private mutating func retryUnlessPaused(_ moment: ResponseMoment) {
        if !moment.isPaused { arm(.retry, dueMs: moment.nowMs + policy.retryMs) }
    }

    private mutating func set(_ index: Int, _ state: ResponseStep.State, _ detail: String?) {
        response.steps[index].state = state
        response.steps[index].detail = detail
    }

    private func reason(of outcome: OutcomePayload) -> String {
        if outcome.code == .held, let holders = outcome.heldBy, !holders.isEmpty {
            return "held by \(Self.names(holders))"
        }
        let text = outcome.reason ?? outcome.code?.rawValue ?? outcome.status.rawValue
        return text.cut(utf8Bytes: Self.titleBytesMax)
    }

    /// Holders as people call them: `person/alice` is alice.
    private static func names(_ holders: [String]) -> String {
        let person = "person/"
        return holders.map { $0.hasPrefix(person) ? String($0.dropFirst(person.count)) : $0 }
            .joined(separator: ", ").cut(utf8Bytes: titleBytesMax)
    }
}
