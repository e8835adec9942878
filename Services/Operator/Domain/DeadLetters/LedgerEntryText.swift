public import Contracts

/// The entries of one run in the ledger, which differ in their place alone: the rest is written once.
/// A replay of many spends a quarter of its time on them otherwise.
public struct LedgerEntryText: Sendable {
    private static let mark = "\u{1}"

    private let parts: [[UInt8]]

    /// The entries of a run; nil if what people wrote holds the character that marks the place.
    public init?(
        _ resolution: LetterResolution, author: String, atMs: Int64, runID: String, reason: String?
    ) throws {
        let mark = Self.mark
        let whole = try Envelope(
            id: "\(runID)/\(mark)", ts: atMs, role: .operator,
            LedgerEntryPayload(
                place: mark, resolution: resolution, author: author, atMs: atMs, runId: runID,
                reason: reason)
        ).serialized()
        parts = Self.split(whole, at: Array("\\u0001".utf8))
        // The id and the place.
        guard parts.count == 3 else { return nil }
    }

    /// The entry of the letter at a place, whose text needs no escapes.
    public func bytes(of place: DeadLetterPlace) -> [UInt8] {
        let text = Array(place.description.utf8)
        return Array(parts.joined(separator: text))
    }

    private static func split(_ bytes: [UInt8], at mark: [UInt8]) -> [[UInt8]] {
        var parts: [[UInt8]] = []
        var rest = bytes[...]
        while let range = rest.firstRange(of: mark) {
            parts.append(Array(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [Array(rest)]
    }
}
