/// A step of a response.
public struct StepView: Codable, Sendable, Hashable {
    /// The step.
    public var step: String
    /// What it does.
    public var action: String
    /// `waiting`, `requested`, `done`, `undone`, `undoing`, `skipped`, `failed`, `asked`,
    /// `observed`.
    public var state: String
    /// Why it stands so.
    public var detail: String?

    /// Makes one; what is not given is absent.
    public init(
        step: String,
        action: String,
        state: String,
        detail: String? = nil
    ) {
        self.step = step
        self.action = action
        self.state = state
        self.detail = detail
    }
}
