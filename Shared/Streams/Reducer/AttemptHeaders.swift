/// How often an effect was tried, since when, and when it is tried again: the headers of what is said of
/// it. Numbers are decimal, times Unix ms.
public struct AttemptHeaders: Sendable, Hashable {
    /// Which attempt it was, or is, from 1.
    public static let attemptName = "effect.attempt"
    /// When it was tried for the first time.
    public static let firstName = "effect.first_at"
    /// When it is tried again; absent: it is not.
    public static let nextName = "effect.next_at"

    /// Which attempt, from 1.
    public var attempt: Int
    /// When the first one was, Unix ms; nil: not known.
    public var firstMs: Int64?
    /// When the next one is, Unix ms; nil: there is none.
    public var nextMs: Int64?

    /// Attempts at one effect.
    public init(attempt: Int, firstMs: Int64?, nextMs: Int64? = nil) {
        self.attempt = attempt
        self.firstMs = firstMs
        self.nextMs = nextMs
    }

    /// The headers.
    public var headers: [RecordHeader] {
        [RecordHeader(Self.attemptName, text: String(attempt))]
            + (firstMs.map { [RecordHeader(Self.firstName, text: String($0))] } ?? [])
            + (nextMs.map { [RecordHeader(Self.nextName, text: String($0))] } ?? [])
    }
}
