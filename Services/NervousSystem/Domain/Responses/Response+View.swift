internal import Contracts

extension Response {
    /// What people see of it; nil if no runbook runs.
    func view(isPaused: Bool) -> ResponseView? {
        guard let runbook else { return nil }
        let isBlocked = isPaused && isAboutToAct
        return ResponseView(
            incidentId: incidentID, service: service, runbook: runbook,
            state: isBlocked ? "paused" : stateName,
            steps: steps.map {
                StepView(
                    step: $0.name, action: $0.step.title, state: $0.state.rawValue,
                    detail: $0.detail)
            },
            nextStep: nextStep, nextAtMs: isBlocked || nextStep == nil ? nil : alarm?.dueMs,
            detail: isBlocked ? "the automation is paused" : detail)
    }

    /// Whether the next thing would be a request, were there no pause.
    private var isAboutToAct: Bool {
        guard pending == nil else { return false }
        switch phase {
        case .mitigating: return incident.state == .open && nextWaiting != nil
        case .undoing: return nextUndo != nil
        default: return false
        }
    }

    private var stateName: String {
        switch phase {
        case .history, .observed: "observed"
        case .mitigating: "mitigating"
        case .asked, .verifying, .stabilising: "watching"
        case .undoing, .undoWatch: "undoing"
        case .finished: "finished"
        case .gaveUp, .left: "gave_up"
        }
    }

    /// What the automation does next, for people.
    private var nextStep: String? {
        if let pending {
            return alarm == nil
                ? nil
                : "ask a person, if control-core does not answer "
                    + steps[pending].name
        }
        switch phase {
        case .mitigating where incident.state == .open: return nextWaiting.map { steps[$0].name }
        case .verifying: return "ask a person, if it has not recovered"
        case .stabilising, .undoing, .undoWatch, .mitigating:
            return nextUndo.map { "undo \(steps[$0].name)" } ?? "finish"
        case .history, .observed, .asked, .finished, .gaveUp, .left: return nil
        }
    }
}
