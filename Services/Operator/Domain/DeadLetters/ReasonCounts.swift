internal import Contracts
internal import CommandLineKit

/// How many letters have each reason, service or the like. They come from messages: a flood of
/// made-up ones must not fill the memory, so that beyond fifty they count as `others`.
public struct ReasonCounts: Sendable, Hashable, Encodable {
    private static let namesMax = 50
    private static let others = "others"

    private var counts: [String: Int] = [:]

    /// None yet.
    public init() {}

    /// Counts one.
    public mutating func add(_ name: String) {
        let isKnown = counts[name] != nil || counts.count < Self.namesMax
        counts[isKnown ? name : Self.others, default: 0] += 1
    }

    /// How many names there are.
    public var count: Int { counts.count }

    /// How many there are of all names.
    public var total: Int { counts.values.reduce(0, +) }

    /// `schema 2, stale 1`: the most frequent first.
    public var line: String {
        sorted.map { "\($0.name.sanitized) \($0.count)" }.joined(separator: ", ")
    }

    /// A line each, indented.
    public var lines: [String] {
        sorted.map { "  \(HumanText.count($0.count))  \($0.name.sanitized)" }
    }

    private var sorted: [(name: String, count: Int)] {
        counts.map { (name: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    }

    /// An object with a number for each name.
    public func encode(to encoder: any Encoder) throws { try counts.encode(to: encoder) }
}
