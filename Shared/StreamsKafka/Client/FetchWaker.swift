/// Notices when a consumer's fetcher sleeps although there is more to fetch.
///
/// A fetcher whose local queue was full sleeps for up to a second even if the queue is drained at
/// once. Any request to the broker wakes it, so one question for the watermarks does. The queue
/// can only have been full if much was read since it ran dry, so a quiet consumer asks nothing.
struct FetchWaker {
    /// Below what fills any queue that we configure, and above what trickles in.
    static let thresholdBytes = 1 << 20
    private var bytesSinceDry = 0

    /// A message came.
    mutating func received(_ byteCount: Int) { bytesSinceDry += byteCount }

    /// The queue ran dry.
    /// - Returns: Whether the fetcher may sleep. True at most once until messages come again.
    mutating func ranDry() -> Bool {
        defer { bytesSinceDry = 0 }
        return bytesSinceDry >= Self.thresholdBytes
    }
}
