/// Notices when a consumer's fetcher sleeps although there is more to fetch.
///
/// A fetcher whose local queue was full sleeps for up to a second even if the queue is drained at
/// once. Any request to the broker wakes it (`KafkaClient.wakeFetchers`). The queue can only have been
/// full if much was read since it ran dry, so a quiet consumer asks nothing.
///
/// Who is behind empties a full queue within the second, and then waits for the answer to a fetch. So
/// that it does not, the fetcher is woken as well whenever half of a queue was taken.
struct FetchWaker {
    /// Below what fills any queue that we configure, and above what trickles in.
    static let thresholdBytes = 1 << 20
    private let halfBytes: Int
    private var bytesSinceDry = 0
    private var bytesSinceHalf = 0

    /// - Parameter queueBytes: What fills the queue; nil: it is looked at only once it is dry.
    init(queueBytes: Int? = nil) { halfBytes = queueBytes.map { $0 / 2 } ?? .max }

    /// A message came.
    mutating func received(_ byteCount: Int) {
        bytesSinceDry += byteCount
        bytesSinceHalf += byteCount
    }

    /// Whether half of what the queue holds was taken since it was so for the last time.
    mutating func tookHalf() -> Bool {
        guard bytesSinceHalf >= halfBytes else { return false }
        bytesSinceHalf = 0
        return true
    }

    /// The queue ran dry.
    /// - Returns: Whether the fetcher may sleep. True at most once until messages come again.
    mutating func ranDry() -> Bool {
        defer { bytesSinceDry = 0 }
        return bytesSinceDry >= Self.thresholdBytes
    }
}
