public import Contracts

/// What came of one step of an action.
public struct StepResult: Sendable, Hashable {
    /// Why it was not done.
    public struct Failure: Sendable, Hashable {
        /// The stable reason.
        public let code: OutcomeCode
        /// For people.
        public let reason: String
        /// Whether another attempt could help.
        let isWorthARetry: Bool

        init(_ code: OutcomeCode, _ reason: String, isWorthARetry: Bool = true) {
            self.code = code
            self.reason = reason
            self.isWorthARetry = isWorthARetry
        }
    }

    /// Why it failed; nil: it was done.
    public var failure: Failure?
    /// The end of what was written or answered, secrets masked.
    public var output: String?
    /// What it found out, evidence included.
    public var values: [NamedValue] = []
    /// How often it looked, if it polls; else 1.
    public var attempts = 1

    static func failed(_ failure: Failure, output: String? = nil) -> StepResult {
        StepResult(failure: failure, output: output)
    }
}
