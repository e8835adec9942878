public import Contracts
internal import JSON
public import Streams

/// A dead letter as it was read.
public struct DeadLetterRecord: Sendable, Hashable {
    /// Where it lies.
    public let place: DeadLetterPlace
    /// The key of the message.
    public let key: [UInt8]?
    /// The message, as it came.
    public let value: [UInt8]?
    /// All headers: the message's own, and those that say why it lies here.
    public let headers: [RecordHeader]

    /// A dead letter.
    public init(
        place: DeadLetterPlace, key: [UInt8]?, value: [UInt8]?, headers: [RecordHeader]
    ) {
        self.place = place
        self.key = key
        self.value = value
        self.headers = headers
    }

    /// A `Rejection.Code`: why it lies here.
    public var code: String { text(DeadLetter.Header.code) ?? "unknown" }
    /// The same for people.
    public var message: String { text(DeadLetter.Header.message) ?? "" }
    /// The service that could not take it.
    public var service: String { text(DeadLetter.Header.service) ?? "unknown" }
    /// The topic that it was read from, as the header says.
    public var sourceTopic: String? { text(DeadLetter.Header.topic) }
    /// When it came to lie here last, Unix ms.
    public var failedAtMs: Int64? { Self.time(number(DeadLetter.Header.lastFailure)) }
    /// How often it was replayed.
    public var replayCount: Int64 { max(0, number(DeadLetter.Header.replayCount) ?? 0) }
    /// Whether it was too large to be kept: only its digest and size are here.
    public var isCut: Bool { text(DeadLetter.Header.digest) != nil }
    /// The id of the message, if it can be read.
    public var messageID: String? { message("id")?.stringValue }
    /// The time of the message, Unix ms, if it can be read.
    public var messageTs: Int64? { Self.time(message("ts")?.intValue) }

    /// The type of its payload, if it can be read.
    public var payloadType: String? { message("payload")?["type"]?.stringValue }
    /// Who had sent it, as its CloudEvents header says.
    public var producer: String { text("ce_source").map { String($0.prefix(64)) } ?? "unknown" }

    /// The field that was wrong, as the reason begins: `payload.cpu: expected a number`.
    public var wrongField: String? {
        let head = message.prefix(65)
        guard let colon = head.firstIndex(of: ":"), colon != head.startIndex else { return nil }
        let field = head[..<colon]
        let isPath = field.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
                || (0x61...0x7a).contains(byte) || byte == 0x2e || byte == 0x5b || byte == 0x5d
                || byte == 0x5f
        }
        return isPath ? String(field) : nil
    }

    /// The consumer group that could not take it.
    public var group: String? { text(DeadLetter.Header.group) }
    /// The replay that brought it back the last time.
    public var replayID: String? { text(DeadLetter.Header.replayID) }

    /// Where it lay before it was brought back.
    public var original: DeadLetterPlace? {
        text(DeadLetter.Header.original).flatMap { DeadLetterPlace($0) }
    }

    /// Its headers when it is brought back to its topic from an archive.
    public var headersAnew: [RecordHeader] {
        headers.filter { $0.name != DeadLetter.Header.original }
            + [RecordHeader(DeadLetter.Header.original, text: place.description)]
    }

    /// Its place in the line of its key, if the topic keeps the order of keys.
    public var turn: LetterTurn? { header(DeadLetter.Header.turn).flatMap { LetterTurn($0) } }

    /// The partition that it goes to again, of a topic with `count`: that of the line in which it
    /// has a place; nil leaves it to the key.
    public func partition(of count: Int) -> Int32? {
        guard turn != nil, let number = number(DeadLetter.Header.partition), number >= 0,
            number < count
        else { return nil }
        return Int32(number)
    }

    /// The headers of the tombstone that lets go on what waits behind it when it is given up; nil
    /// if nothing does.
    public var release: [RecordHeader]? {
        guard let turn, sourceTopic == place.topic.rawValue else { return nil }
        return [RecordHeader(DeadLetter.Header.released, text: turn.description)]
    }

    /// Whether it is the tombstone of a letter that was given up.
    public var isRelease: Bool { value == nil && header(DeadLetter.Header.released) != nil }

    private func message(_ field: String) -> JSONValue? {
        value.flatMap { try? JSON.parse($0) }?[field]
    }

    /// The value of the last header of that name.
    func text(_ name: String) -> String? {
        header(name).map { String(decoding: $0, as: UTF8.self) }
    }

    private func header(_ name: String) -> [UInt8]? { headers.last { $0.name == name }?.value }

    // A letter may say anything: what is no time of this calendar says nothing.
    private static func time(_ ms: Int64?) -> Int64? {
        ms.flatMap { (0...InputRecord.timestampMsMax).contains($0) ? $0 : nil }
    }

    private func number(_ name: String) -> Int64? { text(name).flatMap { Int64($0) } }
}
