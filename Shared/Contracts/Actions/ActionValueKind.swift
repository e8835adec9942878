public import JSON

/// What a parameter, or a value that a step found, may be. None has a control character, and none
/// begins with `-`: a program would take it for an option.
public enum ActionValueKind: Sendable, Hashable {
    /// A name of Kubernetes and its like: `a-z`, `0-9`, `-` and `.`, at most 253.
    case name
    /// Letters, digits and `._:/@=+,-`, at most 512: versions, images, ARNs.
    case word
    /// One line of printable text, at most 1024 bytes. In a URL or in JSON it needs a filter.
    case text
    /// A whole number.
    case integer(ClosedRange<Int>)
    /// One of these.
    case choice([String])
    /// A word that the whole pattern matches.
    case pattern(JSONPattern)

    /// Whether a value may hold quotes, spaces and the like, so that where it goes matters.
    public var isFree: Bool { self == .text }

    /// The kind with its bounds, as a text that is the same for the same kind.
    var terms: String {
        switch self {
        case .name: "name"
        case .word: "word"
        case .text: "text"
        case .integer(let range): "\(range)"
        case .choice(let choices): choices.joined(separator: ",")
        case .pattern(let pattern): pattern.source
        }
    }

    /// What is wrong with a value; nil if nothing is. The value itself is not repeated: it may be
    /// long, or a secret that went the wrong way.
    public func problem(with value: String) -> String? {
        guard !value.isEmpty else { return "is empty" }
        guard value.utf8.count <= 1024 else { return "is longer than 1024 bytes" }
        guard value.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f }) else {
            return "has a control character"
        }
        switch self {
        case .integer(let range):
            guard let number = Int(value), String(number) == value, range.contains(number) else {
                return "expected a whole number from \(range.lowerBound) to \(range.upperBound)"
            }
            return nil
        case .choice(let choices):
            return choices.contains(value) ? nil : "expected \(choices.joined(separator: " or "))"
        case .text:
            return value.hasPrefix("-") ? "begins with '-'" : nil
        case .name:
            let isName =
                value.utf8.count <= 253
                && value.utf8.allSatisfy {
                    Self.isLowerOrDigit($0) || $0 == 0x2d || $0 == 0x2e
                } && value.utf8.first.map(Self.isLowerOrDigit) == true
                && value.utf8.last.map(Self.isLowerOrDigit) == true
            return isName ? nil : "expected a name of a-z, 0-9, '-' and '.'"
        case .word: return Self.wordProblem(value)
        case .pattern(let pattern):
            if let problem = Self.wordProblem(value) { return problem }
            return pattern.matches(value) ? nil : "does not match \(pattern.source)"
        }
    }

    private static func isLowerOrDigit(_ byte: UInt8) -> Bool {
        (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte)
    }

    private static func wordProblem(_ value: String) -> String? {
        let isWord =
            value.utf8.count <= 512 && !value.hasPrefix("-")
            && value.utf8.allSatisfy {
                isLowerOrDigit($0) || (0x41...0x5a).contains($0) || "._:/@=+,-".utf8.contains($0)
            }
        return isWord ? nil : "expected letters, digits and ._:/@=+,- (not first)"
    }
}
