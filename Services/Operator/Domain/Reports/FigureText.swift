internal import Contracts

/// Figures and values as the reports show them.
enum FigureText {
    /// `50`, `2.5`, `0.0312`: no more digits than help.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "\(value)" }
        guard value.magnitude < 1e15 else { return "\(value)" }
        if value == value.rounded() { return "\(Int64(value))" }
        let scale: Double = value.magnitude >= 100 ? 10 : value.magnitude >= 1 ? 100 : 10_000
        let rounded = (value * scale).rounded() / scale
        return rounded == rounded.rounded() ? "\(Int64(rounded))" : "\(rounded)"
    }

    /// A measurement with its unit: `6.1 s`, `340 ms`, `12.5%`.
    static func measurement(_ value: Double, unit: String?) -> String {
        switch unit {
        case "ms" where value.magnitude >= 1_000: "\(number((value / 10).rounded() / 100)) s"
        case "ms": "\(number(value.rounded())) ms"
        case "ratio": "\(number((value * 1_000).rounded() / 10))%"
        case let unit?: "\(number(value)) \(unit)"
        case nil: number(value)
        }
    }

    /// The value of a flag: `on`, `off`, `50%`, `2x`.
    static func flag(_ flag: String, _ value: FlagValue) -> String {
        switch value {
        case .bool(let isOn): isOn ? "on" : "off"
        case .number(let figure):
            switch flag {
            case FlagRules.rateLimit: "\(number(figure))%"
            case FlagRules.autoscale: "\(number(figure))x"
            default: number(figure)
            }
        }
    }
}
