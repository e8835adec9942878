public import Contracts

/// A course of events that a runbook is rehearsed with. Times are ms since the alert.
public struct RehearsalRequest: Sendable, Hashable {
    /// A step that control-core refuses.
    public struct Refusal: Sendable, Hashable {
        /// The step's id.
        public let step: String
        /// Why.
        public let code: OutcomeCode

        /// A refusal.
        public init(step: String, code: OutcomeCode) {
            self.step = step
            self.code = code
        }
    }

    /// The runbook's name.
    public let runbook: String
    /// The service that it is rehearsed for.
    public let service: String
    /// What the automation may do to the service.
    public let mode: AutomationMode
    /// The severity of the incident.
    public let severity: Severity
    /// When the signals are clear; nil: never.
    public let clearAfterMs: Int64?
    /// When it comes back.
    public let relapsesMs: [Int64]
    /// When it is clear again.
    public let clearsMs: [Int64]
    /// Steps that are refused.
    public let refusals: [Refusal]
    /// When the rehearsal ends.
    public let endMs: Int64

    /// A request.
    public init(
        runbook: String, service: String = "checkout", mode: AutomationMode = .act,
        severity: Severity = .p0, clearAfterMs: Int64? = 60_000, relapsesMs: [Int64] = [],
        clearsMs: [Int64] = [], refusals: [Refusal] = [], endMs: Int64 = 3_600_000
    ) {
        self.runbook = runbook
        self.service = service
        self.mode = mode
        self.severity = severity
        self.clearAfterMs = clearAfterMs
        self.relapsesMs = relapsesMs
        self.clearsMs = clearsMs
        self.refusals = refusals
        self.endMs = endMs
    }
}
