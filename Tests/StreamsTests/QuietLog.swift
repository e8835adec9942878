import Streams

/// A log that always has the same record and keeps nothing: what a pipeline does over it is the
/// pipeline's own.
final class QuietLog: TaskLog {
    let partition: Int32 = 0
    private let record: (key: [UInt8], value: [UInt8])
    private let headers = RecordHeaders([])
    private var nextOffset: Int64 = 0

    init(key: String, value: String) { record = (Array(key.utf8), Array(value.utf8)) }

    func initTransactions() {}
    func committedOffsets() -> [Int64?] { [nil] }
    func inputStarts() -> [Int64] { [0] }
    func changelogStart() -> Int64 { 0 }
    func changelogEnd() -> Int64 { 0 }
    func restore(to end: Int64, timeoutMs: Int32, _ body: ChangelogBody) -> RestoreProgress {
        .done
    }
    func openTransaction() -> String { "none" }
    func startConsuming(at offsets: [Int64]) {}

    func poll(timeoutMs: Int32, _ body: (borrowing InputRecord) -> Void) -> Bool {
        InputRecord.with(
            input: 0, partition: 0, offset: nextOffset, timestampMs: 0, key: record.key,
            value: record.value, headers: headers, body)
        nextOffset += 1
        return true
    }

    func setPaused(_ paused: Bool, input: Int) {}
    func beginTransaction() {}
    func produce(_ record: borrowing OutgoingRecord) {}
    func flush() {}
    func sendOffsets(_ offsets: [Int64]) {}
    func commitTransaction() {}
    func abortTransaction() {}
    func seek(to offsets: [Int64]) { nextOffset = offsets[0] }
    func positions() -> [Int64] { [nextOffset] }
    func lag() -> [Int64] { [0] }
    func close() {}
}
