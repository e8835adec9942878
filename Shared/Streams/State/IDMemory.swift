public import Contracts

/// The ids that were seen, each with a digest of what it stood for: tells a repetition from a
/// conflict. Bounded in time and in number; those that came first are forgotten first.
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

    private enum Change {
        case added(Int)
        case forgotten(Int)
    }

    /// The id of the table.
    public let id: UInt8
    private let rememberMs: Int64
    private let countMax: Int
    private var ring = IDRing()
    /// What the transaction did, in order; of it the current message from `messageStart` on.
    private var journal: [Change] = []
    private var messageStart = 0
    /// Where the ring ended when the transaction began.
    private var transactionStart = 0
    private var writer = BinaryWriter()

    /// An empty memory that keeps an id for `rememberMs`, and `countMax` of them at most.
    public init(id: UInt8, name: String, rememberMs: Int64, countMax: Int) {
        self.id = id
        self.rememberMs = rememberMs
        self.countMax = countMax
    }

    /// How many ids are remembered.
    public var count: Int { ring.count }

    /// What `id` with `digest` is.
    public func verdict(_ id: String, digest: [UInt8]) -> Verdict {
        guard let place = ring.find(Array(id.utf8)) else { return .new }
        return ring.digest(place) == IDRing.Digest(digest) ? .duplicate : .conflict
    }

    /// Remembers `id`, and forgets what is too old or too much.
    public func remember(_ id: String, digest: [UInt8], nowMs: Int64) {
        let bytes = Array(id.utf8)
        if let known = ring.find(bytes) { forget(known) }
        journal.append(.added(ring.end))
        ring.append(bytes, IDRing.Digest(digest), seenMs: nowMs)
        while let oldest = ring.oldest,
            ring.count > countMax || ring.seenMs(oldest) < nowMs - rememberMs
        {
            forget(oldest)
        }
    }

    private func forget(_ place: Int) {
        journal.append(.forgotten(place))
        ring.forget(place)
    }

    private func undo(downTo start: Int) {
        while journal.count > start, let last = journal.popLast() {
            switch last {
            case .added: ring.removeLast()
            case .forgotten(let place): ring.recall(place)
            }
        }
    }

    private func endTransaction() {
        journal.removeAll(keepingCapacity: true)
        messageStart = 0
        ring.compact()
        transactionStart = ring.end
    }

    // MARK: StateStore

    /// Begins a message.
    public func beginMessage() { messageStart = journal.count }

    /// Puts back what the current message changed.
    public func rollbackMessage() { undo(downTo: messageStart) }

    /// Whether the transaction changed anything.
    public var hasChanges: Bool { !journal.isEmpty }

    /// The transaction's changes, in order.
    public func forEachChange(_ body: ChangeHandler) {
        for change in journal {
            switch change {
            case .added(let place) where ring.isLive(place):
                unsafe body(ring.id(place).span.bytes, encode(place).span.bytes)
            case .forgotten(let place) where place < transactionStart:
                let id = ring.id(place)
                if ring.find(id) == nil { unsafe body(id.span.bytes, nil) }
            default: continue
            }
        }
    }

    /// The size of the largest change of the current message.
    public var largestChangeBytes: Int {
        journal[messageStart...].lazy.map { [ring] change in
            switch change {
            case .added(let place), .forgotten(let place):
                ring.id(place).count + Self.valueBytesMax
            }
        }.max() ?? 0
    }

    /// Makes the transaction's changes final.
    public func commitTransaction() { endTransaction() }

    /// Puts back what the transaction changed.
    public func rollbackTransaction() {
        undo(downTo: 0)
        endTransaction()
    }

    /// Takes a record of the changelog.
    public func restore(key: [UInt8], value: [UInt8]?) throws(BinaryError) {
        var seen: (digest: [UInt8], ms: Int64)?
        if let value {
            var reader = BinaryReader(value)
            _ = try BinaryVersion.read(&reader, latest: 1)
            seen = (try reader.readBytes(), try reader.readInt64())
            guard reader.remaining == 0 else {
                throw BinaryError(.trailingBytes, at: value.count)
            }
        }
        guard String(validating: key, as: UTF8.self) != nil else {
            throw BinaryError(.notUTF8, at: 0)
        }
        if let known = ring.find(key) { ring.forget(known) }
        if let seen { ring.append(key, IDRing.Digest(seen.digest), seenMs: seen.ms) }
        endTransaction()
    }

    /// Every id, in order.
    public func forEachEntry(_ body: (_ key: [UInt8], _ value: [UInt8]) -> Void) {
        let live = (0..<ring.end).filter(ring.isLive).map { place in
            (id: String(decoding: ring.id(place), as: UTF8.self), place: place)
        }
        for (id, place) in live.sorted(by: { $0.id < $1.id }) {
            body(Array(id.utf8), encode(place))
        }
    }

    private func encode(_ place: Int) -> [UInt8] {
        writer.removeAll()
        writer.write(UInt8(1))
        writer.write(ring.digest(place).bytes)
        writer.write(ring.seenMs(place))
        return writer.bytes
    }

    /// The version, a digest behind its length, and a time.
    private static let valueBytesMax = 1 + 1 + IDRing.Digest.byteCount + 10
}

extension IDRing.Digest {
    /// The first 16 bytes of a digest: they tell conflicts as well as all of it, in half the space.
    init(_ digest: [UInt8]) {
        for (index, byte) in digest.prefix(Self.byteCount).enumerated() {
            let shift = UInt64(8 * (index % 8))
            if index < 8 { high |= UInt64(byte) << shift } else { low |= UInt64(byte) << shift }
        }
    }

    var bytes: [UInt8] {
        (0..<Self.byteCount).map { index in
            UInt8(truncatingIfNeeded: (index < 8 ? high : low) >> UInt64(8 * (index % 8)))
        }
    }
}
