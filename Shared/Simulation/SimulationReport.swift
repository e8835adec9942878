/// What a run has shown.
package struct SimulationReport: Sendable, Hashable {
    /// The seed that it was drawn from.
    package let seed: UInt64
    /// How many steps with faults it made.
    package let faultSteps: Int
    /// How many steps it made until it was at rest.
    package let steps: Int
    /// What must never be, and was; nil if nothing.
    package let violation: Violation?
    /// How often which fault happened.
    package let injected: [FaultKind: Int]
    /// How many messages were sent to it.
    package let messages: Int
    /// How many transactions its services have committed.
    package let transactions: Int
    /// How much time has passed in it, ms.
    package let elapsedMs: Int64
    /// The mistake that was planted.
    package let bug: String?

    /// What must never be, and was, for people; nil if nothing.
    package var failure: String? { violation.map { "\($0)" } }
}
