/// The value of a flag: a truth value or a number; JSON `true` or `50`.
public enum FlagValue: Sendable, Hashable, Codable {
    /// On or off.
    case bool(Bool)
    /// A number, such as the percent of a rate limit.
    case number(Double)

    /// Takes a JSON truth value or number.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
            self = .bool(flag)
        } else {
            self = .number(try container.decode(Double.self))
        }
    }

    /// Writes a JSON truth value or number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .bool(let flag): try container.encode(flag)
        case .number(let number): try container.encode(number)
        }
    }

    /// The truth value, nil of a number.
    public var bool: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }

    /// The number, nil of a truth value.
    public var number: Double? {
        if case .number(let number) = self { number } else { nil }
    }
}
