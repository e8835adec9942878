/// The log as one task sees it: a consumer of one partition number of each input and a
/// transactional producer of its own.
///
/// Every call is synchronous and comes from the task's own thread. The calls of a start come in
/// the order of declaration (the order is correctness: a new owner must fence the old one before
/// it looks at offsets, and offsets must be read before the end of the changelog). A transaction
/// is begin, poll and produce as often as wanted, flush, sendOffsets, commit.
public protocol TaskLog: AnyObject, SendableMetatype {
    /// Takes a record of the changelog.
    typealias ChangelogBody = (_ offset: Int64, _ key: [UInt8]?, _ value: [UInt8]?) -> Void

    /// The partition number that the task owns.
    var partition: Int32 { get }

    /// Takes the transactional id: aborts what the owner before left open, and fences it.
    func initTransactions() throws(LogError)
    /// The group's committed offset of each input; nil where there is none.
    func committedOffsets() throws(LogError) -> [Int64?]
    /// The first offset that each input still holds.
    func inputStarts() throws(LogError) -> [Int64]
    /// The first offset that the changelog's partition still holds. Compaction leaves it at 0: it
    /// grows only where records are deleted, newest values and all.
    func changelogStart() throws(LogError) -> Int64
    /// The high watermark of the changelog's partition (not its last stable offset).
    func changelogEnd() throws(LogError) -> Int64
    /// Reads committed records of the changelog on from its start, gives them to `body`, and says
    /// how far it is from `end`. Called until it says `done`.
    func restore(
        to end: Int64, timeoutMs: Int32, _ body: ChangelogBody
    ) throws(LogError) -> RestoreProgress
    /// What is known of the transaction that keeps a restore from going on: for people, who have to
    /// find its producer. Called when a restore has waited too long.
    func openTransaction() -> String
    /// Begins to read the inputs, each at its offset.
    func startConsuming(at offsets: [Int64]) throws(LogError)

    /// Waits for the next record, at most `timeoutMs`, and lends it to `body`.
    /// - Returns: false if none came.
    func poll(
        timeoutMs: Int32, _ body: (borrowing InputRecord) -> Void
    ) throws(LogError) -> Bool
    /// Holds an input back, or lets it go on where it stood: `poll` gives none of its records
    /// while it is paused. Inputs begin unpaused, and `seek` changes nothing about it.
    func setPaused(_ paused: Bool, input: Int) throws(LogError)
    /// Begins a transaction.
    func beginTransaction() throws(LogError)
    /// Hands over a record; it is copied before the call returns. It may wait for room.
    func produce(_ record: borrowing OutgoingRecord) throws(LogError)
    /// Waits until everything that was handed over is on the broker.
    func flush() throws(LogError)
    /// Puts the offsets into the transaction: of each input the next one to read.
    func sendOffsets(_ offsets: [Int64]) throws(LogError)
    /// Commits. A retriable error means: call again.
    func commitTransaction() throws(LogError)
    /// Aborts; what was produced is never seen by a read_committed reader.
    func abortTransaction() throws(LogError)
    /// Goes back (after an abort) so that the next poll of each input gives `offsets`.
    func seek(to offsets: [Int64]) throws(LogError)
    /// For each input the next offset that may hold a record. Once a poll has come back empty it
    /// lies past the markers with which transactions ended there, which take offsets too.
    func positions() -> [Int64]
    /// For each input the records that wait behind the position, as far as the log knows.
    func lag() -> [Int64]
    /// Frees everything. What is open stays open for the next owner to abort.
    func close()
}
