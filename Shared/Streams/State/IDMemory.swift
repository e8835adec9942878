public import Contracts

/// The ids that were seen, each with a digest of what it stood for: tells a repetition from a
/// conflict. Bounded in time and in number; the oldest are forgotten first.
public final class IDMemory: StateStore {
    /// What an id means to who asks.
    public enum Verdict: Sendable, Hashable {
        /// Never seen, or forgotten.
        case new
        /// Seen with the same digest: the same thing said again.
        case duplicate
        /// Seen with another digest.
        case conflict
    }

    private struct Seen: BinaryCodable {
        let digest: [UInt8]
        let seenMs: Int64

        init(digest: [UInt8], seenMs: Int64) {
            self.digest = digest
            self.seenMs = seenMs
        }

        init(from reader: inout BinaryReader) throws(BinaryError) {
            _ = try BinaryVersion.read(&reader, latest: 1)
            digest = try reader.readBytes()
            seenMs = try reader.readInt64()
        }

        func encode(into writer: inout BinaryWriter) {
            writer.write(UInt8(1))
            writer.write(digest)
            writer.write(seenMs)
        }
    }

    private struct Entry: Comparable {
        let seenMs: Int64
        let id: String

        static func < (one: Entry, other: Entry) -> Bool {
            (one.seenMs, one.id) < (other.seenMs, other.id)
        }
    }

    // Half a SHA-256 tells conflicts as well as a whole one and halves the changelog.
    private static let digestBytes = 16

    private let table: Table<String, Seen>
    private let rememberMs: Int64
    private let countMax: Int
    // Oldest first. May hold entries that are out of date; the table says which hold.
    private var oldest = BinaryHeap<Entry>()

    /// An empty memory that keeps an id for `rememberMs`, and `countMax` of them at most.
    public init(id: UInt8, name: String, rememberMs: Int64, countMax: Int) {
        table = Table(id: id, name: name)
        self.rememberMs = rememberMs
        self.countMax = countMax
    }

    /// The id of the table.
    public var id: UInt8 { table.id }
    /// How many ids are remembered.
    public var count: Int { table.count }

    /// What `id` with `digest` is.
    public func verdict(_ id: String, digest: [UInt8]) -> Verdict {
        guard let seen = table[id] else { return .new }
        return seen.digest.elementsEqual(digest.prefix(Self.digestBytes)) ? .duplicate : .conflict
    }

    /// Remembers `id`, and forgets what is too old or too much.
    public func remember(_ id: String, digest: [UInt8], nowMs: Int64) {
        table[id] = Seen(digest: Array(digest.prefix(Self.digestBytes)), seenMs: nowMs)
        oldest.push(Entry(seenMs: nowMs, id: id))
        while let first = oldest.first {
            let holds = table[first.id]?.seenMs == first.seenMs
            guard !holds || table.count > countMax || first.seenMs < nowMs - rememberMs else {
                return
            }
            _ = oldest.pop()
            if holds { table[first.id] = nil }
        }
    }

    private func pushAgain(_ ids: [String]) {
        for id in ids {
            if let seen = table[id] { oldest.push(Entry(seenMs: seen.seenMs, id: id)) }
        }
    }

    // MARK: StateStore

    /// Begins a message.
    public func beginMessage() { table.beginMessage() }

    /// Puts back what the current message changed.
    public func rollbackMessage() {
        let ids = table.keysOfMessage
        table.rollbackMessage()
        pushAgain(ids)
    }

    /// Whether the transaction changed anything.
    public var hasChanges: Bool { table.hasChanges }

    /// The transaction's changes, in the order of first change.
    public func forEachChange(_ body: (_ key: [UInt8], _ value: [UInt8]?) -> Void) {
        table.forEachChange(body)
    }

    /// The size of the largest change of the current message.
    public var largestChangeBytes: Int { table.largestChangeBytes }

    /// Makes the transaction's changes final.
    public func commitTransaction() { table.commitTransaction() }

    /// Puts back what the transaction changed.
    public func rollbackTransaction() {
        let ids = table.keysOfTransaction
        table.rollbackTransaction()
        pushAgain(ids)
    }

    /// Takes a record of the changelog.
    public func restore(key: [UInt8], value: [UInt8]?) throws(BinaryError) {
        try table.restore(key: key, value: value)
        guard let id = String(changelogBytes: key), let seen = table[id] else { return }
        oldest.push(Entry(seenMs: seen.seenMs, id: id))
    }

    /// Every id, in order.
    public func forEachEntry(_ body: (_ key: [UInt8], _ value: [UInt8]) -> Void) {
        table.forEachEntry(body)
    }
}
