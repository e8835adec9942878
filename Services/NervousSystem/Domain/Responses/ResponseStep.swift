internal import Contracts

/// A step of a response: what the runbook says, and how far it has come.
struct ResponseStep: Hashable {
    /// How far a step has come; the names are those of `StepView.state`.
    enum State: String, Hashable {
        /// Its turn has not come.
        case waiting
        /// Ordered; the outcome is awaited.
        case requested
        /// The order was obeyed.
        case done
        /// Taking it back is ordered; the outcome is awaited.
        case undoing
        /// Taken back.
        case undone
        /// Left alone.
        case skipped
        /// The order was refused, or did not work.
        case failed
        /// Left to a person, who was asked.
        case asked
        /// Written down only.
        case observed
    }

    /// The runbook that it is of: an escalation adds those of another to a response.
    let runbook: String
    /// What the runbook says, as it was when the response began: a new release of the runbook
    /// does not change a response under way.
    let step: RunbookStep
    var state = State.waiting
    /// Why it stands so.
    var detail: String?
    /// The request whose outcome is awaited, or came last.
    var requestID: String?
    /// How many requests were sent for it.
    var attempts = 0
    /// It is being taken back while the incident has come back: put it in place again.
    var comesBack = false
    /// control-core has taken the run, and its end is awaited.
    var isUnderWay = false

    init(_ step: RunbookStep, of runbook: String) {
        self.runbook = runbook
        self.step = step
    }

    /// `<runbook>/<step>`, as in an incident's mitigations.
    var name: String { "\(runbook)/\(step.id)" }
    /// Whether an outcome is awaited.
    var isPending: Bool { state == .requested || state == .undoing }
}
