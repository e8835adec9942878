/// The flags that there are, what each is at rest, and which of two values is the more
/// restrictive (docs/decisions/0005, rule 1).
public enum FlagRules {
    /// SAFE_MODE: no tool use, no external calls (seed 000).
    public static let safeMode = "safe_mode"
    /// Off while SAFE_MODE is on (seed 000).
    public static let toolUse = "tool_use"
    /// Off while SAFE_MODE is on (seed 000).
    public static let externalCalls = "external_calls"
    /// WRITE_DRAIN: writes are refused, reads go on (seed 000).
    public static let writeDrain = "write_drain"
    /// Everything that is not needed to recover stops (seed 004).
    public static let killSwitch = "kill_switch"
    /// RATE_LIMIT: percent of the normal rate (seed 000).
    public static let rateLimit = "rate_limit"
    /// AUTOSCALE: factor of the normal size (seed 000).
    public static let autoscale = "autoscale"

    /// Emergency mode (seed 001): it goes with SAFE_MODE and WRITE_DRAIN.
    public static let emergency = "emergency"

    /// The flag of an agent: off while it is in quarantine (seed 000).
    public static func agent(_ name: String) -> String { "agent:" + name }

    /// The flag of a module (seed 000: `module:${module}`).
    public static func module(_ name: String) -> String { "module:" + name }

    /// What apps see when nobody holds the flag; nil if there is no such flag.
    public static func rest(_ flag: String) -> FlagValue? {
        switch flag {
        case safeMode, writeDrain, killSwitch, emergency: .bool(false)
        case toolUse, externalCalls: .bool(true)
        case rateLimit: .number(100)
        case autoscale: .number(1)
        default:
            flag.hasPrefix("module:") && flag.utf8.count > 7
                || flag.hasPrefix("agent:") && flag.utf8.count > 6 ? .bool(true) : nil
        }
    }

    /// The value that several holders add up to: of truth values the one that is not the rest
    /// value, of rate limits the lowest, of scales the highest; the rest value without a holder.
    public static func fold(_ flag: String, _ values: [FlagValue]) -> FlagValue {
        guard let rest = rest(flag) else { return values.first ?? .bool(false) }
        switch rest {
        case .bool: return values.first { $0 != rest } ?? rest
        case .number(let normal):
            let numbers = values.compactMap(\.number)
            let folded = flag == autoscale ? numbers.max() : numbers.min()
            return .number(folded ?? normal)
        }
    }
}
