/// What a scalar says by the rules of YAML 1.2's core schema (section 10.3.2): `no` and `on` are
/// text, not truth values.
public enum YAMLScalar: Sendable, Hashable {
    /// Nothing, `~` or `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// `12`, `-3`, `0x1F`, `0o17`, within `Int64`.
    case int(Int64)
    /// `1.5`, `1e3`: finite numbers. Infinity and NaN are text here.
    case double(Double)
    /// Anything else.
    case string(String)

    /// Reads a scalar that is written without quotes.
    public init(plain text: String) {
        switch text {
        case "", "~", "null", "Null", "NULL": self = .null
        case "true", "True", "TRUE": self = .bool(true)
        case "false", "False", "FALSE": self = .bool(false)
        default:
            if let value = Self.integer(text) {
                self = .int(value)
            } else if Self.looksNumeric(text), let value = Double(text), value.isFinite {
                self = .double(value)
            } else {
                self = .string(text)
            }
        }
    }

    private static func integer(_ text: String) -> Int64? {
        if text.hasPrefix("0x") { return unsigned(text.dropFirst(2), radix: 16) }
        if text.hasPrefix("0o") { return unsigned(text.dropFirst(2), radix: 8) }
        return Int64(text)
    }

    private static func unsigned(_ digits: Substring, radix: Int) -> Int64? {
        digits.first == "-" || digits.first == "+" ? nil : Int64(digits, radix: radix)
    }

    /// Keeps `Double` from reading `nan`, `infinity` and hexadecimal fractions.
    private static func looksNumeric(_ text: String) -> Bool {
        text.utf8.contains { (0x30...0x39).contains($0) }
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
    }
}
