/// Colour by meaning. It only underlines what the words say: without colour nothing is lost.
public struct Style: Sendable, Equatable {
    /// What a text means.
    public enum Role: Sendable, Equatable, CaseIterable {
        /// As it should be.
        case good
        /// To be looked at.
        case warning
        /// Broken.
        case bad
        /// Of little weight.
        case dim
        /// Of much weight.
        case bold

        /// Parameters of ANSI's SGR (ECMA-48, 8.3.117).
        fileprivate var parameter: String {
            switch self {
            case .good: "32"
            case .warning: "33"
            case .bad: "1;31"
            case .dim: "2"
            case .bold: "1"
            }
        }
    }

    /// Whether texts are coloured at all.
    public let isEnabled: Bool

    /// A style that colours, or leaves all as it is.
    public init(isEnabled: Bool) { self.isEnabled = isEnabled }

    /// On for a terminal, unless NO_COLOR is set (https://no-color.org) or TERM is `dumb`.
    public init(isTerminal: Bool, environment: [String: String]) {
        let isRefused = !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
        isEnabled = isTerminal && !isRefused
    }

    /// The text, coloured by its meaning.
    public func callAsFunction(_ text: String, _ role: Role?) -> String {
        guard isEnabled, let role, !text.isEmpty else { return text }
        return "\u{1B}[\(role.parameter)m\(text)\u{1B}[0m"
    }
}
