/// What `nervous.ledger` says: which dead letters need nothing any more, and who works on a queue.
///
/// A letter takes a bit of memory, and only where it or a neighbour is resolved.
public struct Ledger: Sendable {
    private struct Partition: Hashable {
        let topic: BusTopic
        let number: Int32
    }

    private static let holdMark: UInt8 = 0x21  // "!"
    private static let quarantineMark: UInt8 = 0x3f  // "?"

    private var resolved: [Partition: OffsetSet] = [:]
    private var holds: [BusTopic: LedgerHoldPayload] = [:]
    /// Letters that were replayed too often: whether they are in quarantine, or were let out of it.
    private var marks: [DeadLetterPlace: Bool] = [:]

    /// An empty ledger.
    public init() {}

    /// The key of a letter's entry.
    public static func key(of place: DeadLetterPlace) -> [UInt8] {
        Array(place.description.utf8)
    }

    /// The key of a queue's hold.
    public static func holdKey(of topic: BusTopic) -> [UInt8] {
        [holdMark] + Array(topic.kind.utf8)
    }

    /// The key under which it stands that a letter is in quarantine, or was released from it.
    public static func quarantineKey(of place: DeadLetterPlace) -> [UInt8] {
        [quarantineMark] + key(of: place)
    }

    /// Takes a record of the topic; what it does not know it passes over.
    public mutating func take(key: [UInt8]?, value: [UInt8]?) {
        guard let key else { return }
        if key.first == Self.holdMark {
            let kind = String(decoding: key.dropFirst(), as: UTF8.self)
            guard let topic = BusTopic(kind: kind) else { return }
            holds[topic] = value.flatMap {
                try? Envelope(parsing: $0).payload(as: LedgerHoldPayload.self)
            }
            return
        }
        if key.first == Self.quarantineMark {
            let text = String(decoding: key.dropFirst(), as: UTF8.self)
            guard let place = DeadLetterPlace(text) else { return }
            let entry = value.flatMap {
                try? Envelope(parsing: $0).payload(as: LedgerEntryPayload.self)
            }
            marks[place] = entry.map { $0.resolution == .quarantined }
            return
        }
        // That there is an entry says enough: it is not parsed, for there may be millions.
        guard let place = DeadLetterPlace(String(decoding: key, as: UTF8.self)) else { return }
        if value == nil {
            resolved[partition(of: place)]?.remove(place.offset)
        } else {
            resolve(place)
        }
    }

    /// Takes in that something was done with a letter.
    public mutating func resolve(_ place: DeadLetterPlace) {
        resolved[partition(of: place), default: OffsetSet()].insert(place.offset)
    }

    /// Takes in that a letter is in quarantine, or was let out of it.
    public mutating func quarantine(_ place: DeadLetterPlace, isReleased: Bool = false) {
        marks[place] = !isReleased
    }

    /// Whether a letter was replayed so often that it is not any more, unless somebody says so.
    public func isQuarantined(_ place: DeadLetterPlace) -> Bool { marks[place] ?? false }

    /// Whether somebody has let a letter out of quarantine.
    public func isReleased(_ place: DeadLetterPlace) -> Bool { marks[place] == false }

    /// Whether anything is said about a letter and quarantine.
    public func isMarked(_ place: DeadLetterPlace) -> Bool { marks[place] != nil }

    /// The letters of a partition before an offset about which that is still said, although they
    /// are gone.
    public func expiredMarks(
        of topic: BusTopic, partition: Int32, before start: Int64
    ) -> [DeadLetterPlace] {
        marks.keys.filter {
            $0.topic == topic && $0.partition == partition && $0.offset < start
        }
    }

    /// Entries of letters that are not there any more because they expired.
    /// - Parameter start: The first offset that the partition still holds.
    public func expired(
        of topic: BusTopic, partition: Int32, before start: Int64, limit: Int
    ) -> [DeadLetterPlace] {
        let known = resolved[Partition(topic: topic, number: partition)]
        return (known?.offsets(before: start, limit: limit) ?? []).map {
            DeadLetterPlace(topic: topic, partition: partition, offset: $0)
        }
    }

    /// Forgets what is known of a partition's letters before an offset: they are gone.
    public mutating func forget(of topic: BusTopic, partition: Int32, before start: Int64) {
        resolved[Partition(topic: topic, number: partition)]?.removeAll(before: start)
    }

    private func partition(of place: DeadLetterPlace) -> Partition {
        Partition(topic: place.topic, number: place.partition)
    }

    /// Whether nothing is to be done about the letter any more.
    public func isResolved(_ place: DeadLetterPlace) -> Bool {
        resolved[partition(of: place)]?.contains(place.offset) ?? false
    }

    /// How many of the letters at these offsets of a partition still wait.
    public func waitingCount(
        of topic: BusTopic, partition: Int32, among offsets: OffsetSet
    ) -> Int {
        offsets.count(without: resolved[Partition(topic: topic, number: partition)])
    }

    /// How many letters of a partition at or above an offset are resolved.
    public func resolvedCount(of topic: BusTopic, partition: Int32, from start: Int64) -> Int {
        resolved[Partition(topic: topic, number: partition)]?.count(from: start) ?? 0
    }

    /// Who works on the letters of a topic, as far as the ledger knows.
    public func hold(on topic: BusTopic) -> LedgerHoldPayload? { holds[topic] }
}
