/// What was read, and what is odd about it.
public struct Loaded<Value: Sendable>: Sendable {
    /// What was read.
    public let value: Value
    /// What works, but is likely not meant: to be shown at the start and by `dreamnet config check`.
    public let warnings: [PolicyProblem]
}
