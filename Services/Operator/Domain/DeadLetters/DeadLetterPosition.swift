internal import Contracts

/// Where a page of a list of dead letters ends: the newest come first, of one moment in the order of
/// their places.
public struct DeadLetterPosition: Sendable, Hashable, Comparable, CustomStringConvertible {
    private let failedAtMs: Int64
    private let place: String

    /// The position of a letter.
    public init(of letter: DeadLetterRecord) {
        failedAtMs = letter.failedAtMs ?? 0
        place = letter.place.description
    }

    /// Reads a position.
    public init?(_ text: String) {
        guard let slash = text.firstIndex(of: "/"), let atMs = Int64(text[..<slash]),
            let place = DeadLetterPlace(String(text[text.index(after: slash)...]))
        else { return nil }
        failedAtMs = atMs
        self.place = place.description
    }

    /// `1763679600000/signal/2/15`.
    public var description: String { "\(failedAtMs)/\(place)" }

    /// Whether one is shown before another.
    public static func < (one: DeadLetterPosition, other: DeadLetterPosition) -> Bool {
        (other.failedAtMs, one.place) < (one.failedAtMs, other.place)
    }
}
