/// What a run has shown that must never be.
package struct Violation: Error, Sendable, Hashable, CustomStringConvertible {
    /// Which promise is broken. The raw value is stable.
    package enum Rule: String, Sendable, CaseIterable {
        /// What was committed is not what a serial replay of the inputs gives.
        case replay
        /// The tables after a restore, or at the end, are not those of the serial replay.
        case state
        /// A command has no final outcome, or several.
        case outcome
        /// The flags are not the fold of what was ordered.
        case flags
        /// An input is neither taken, nor known from before, nor a dead letter; or it is several.
        case accounting
        /// The state is not that of each key's messages in order.
        case order
        /// A timer has not fired, or has without being due.
        case timer
        /// A task has ended for a person to look at.
        case stopped
        /// With no faults any more, the system does not come to rest.
        case progress
    }

    package let rule: Rule
    package let message: String
    /// The step after which it was seen.
    package let step: Int

    /// "replay, step 812: ...".
    package var description: String { "\(rule.rawValue), step \(step): \(message)" }
}
