internal import Signing

/// The form of a dead letter: key, value and headers of the message as they came, and beside them
/// headers that say where it came from and why it lies here.
public enum DeadLetter {
    /// The headers of a dead letter. Numbers are decimal, times Unix ms.
    public enum Header {
        /// The topic that it was read from, without the deployment's prefix.
        public static let topic = "dlq.topic"
        /// The partition that it was read from.
        public static let partition = "dlq.partition"
        /// Its offset there.
        public static let offset = "dlq.offset"
        /// The record's own timestamp.
        public static let timestamp = "dlq.timestamp"
        /// The consumer group that could not take it.
        public static let group = "dlq.group"
        /// The service that could not take it.
        public static let service = "dlq.service"
        /// That service's version.
        public static let version = "dlq.version"
        /// A `Rejection.Code`.
        public static let code = "dlq.code"
        /// What was wrong, for people; at most `messageBytesMax`.
        public static let message = "dlq.message"
        /// How often it has come to lie here, replays counted.
        public static let attempt = "dlq.attempt"
        /// How often the service tried it, if it tried more than once: for a reason that may pass.
        public static let tries = "dlq.tries"
        /// When it tried, a list with commas.
        public static let triedAt = "dlq.tried_at"
        /// The input is slowed since this letter, or was already: the wait before each further
        /// message, ms. Absent: it is not.
        public static let slowed = "dlq.slowed"
        /// When it first did.
        public static let firstFailure = "dlq.first_failure"
        /// When it last did.
        public static let lastFailure = "dlq.last_failure"
        /// The replay that brought it back, set by whoever replays.
        public static let replayID = "dlq.replay_id"
        /// How often it was replayed, set by whoever replays.
        public static let replayCount = "dlq.replay_count"
        /// Where the letter lies that this message was mended from, set by whoever mends.
        public static let original = "dlq.original"
        /// Its place in the line of its key, a `LetterTurn`; kept by whoever replays.
        public static let turn = "dlq.turn"
        /// On a tombstone of the letter's topic, under its key: the letter of this `LetterTurn` was
        /// given up, so that nothing waits for it any more.
        public static let released = "dlq.released"
        /// SHA-256 (hexadecimal) of a value that is too large to be kept.
        public static let digest = "dlq.digest"
        /// The size in bytes of a value that is too large to be kept.
        public static let size = "dlq.size"
    }

    /// Longest `dlq.message`, in bytes.
    public static let messageBytesMax = 8 * 1024
    /// Largest key that is kept when the value is too large to be.
    static let keyBytesMax = 4 * 1024
    /// What a record costs beside its key, value and headers, at most.
    private static let framingBytesMax = 512
    private static let prefix = "dlq."
    private static let kept = [
        Header.replayID, Header.replayCount, Header.original, Header.released,
    ]

    /// Adds the dead letter of `record` to `outputs`, for the topic of index `topic`. If it would
    /// be larger than `bytesMax`, the value's digest and size stand in for the value.
    static func stage(
        _ record: borrowing InputRecord, of inputTopic: String, because rejection: Rejection,
        identity: TaskIdentity, nowMs: Int64, bytesMax: Int, topic: Int, turn: LetterTurn? = nil,
        triedMs: [Int64] = [], slowedMs: Int64? = nil, into outputs: inout OutputBuffer
    ) {
        let original = record.headers()
        let said =
            headers(
                record, of: inputTopic, because: rejection, identity: identity, nowMs: nowMs,
                triedMs: triedMs, original: original)
            + (turn.map { [RecordHeader(Header.turn, text: $0.description)] } ?? [])
            + (slowedMs.map { [RecordHeader(Header.slowed, text: String($0))] } ?? [])
        let own = original.filter { !$0.name.hasPrefix(prefix) || kept.contains($0.name) }
        let all = own + said
        let keyCount = unsafe record.withKey { unsafe $0?.count ?? 0 }
        guard keyCount + record.valueCount + size(of: all) + framingBytesMax > bytesMax else {
            unsafe record.withKey { key in
                unsafe record.withValue { value in
                    unsafe outputs.append(
                        topic: topic, partition: nil, timestampMs: nil, key: key, value: value,
                        headers: all)
                }
            }
            return
        }
        let stand = [
            RecordHeader(Header.digest, text: hex(SHA256.hash(record.copyValue() ?? []))),
            RecordHeader(Header.size, text: String(record.valueCount)),
        ]
        let small = size(of: own) <= messageBytesMax ? own : []
        outputs.append(
            topic: topic, key: keyCount <= keyBytesMax ? record.copyKey() : nil, value: [],
            headers: small + said + stand)
    }

    private static func headers(
        _ record: borrowing InputRecord, of inputTopic: String, because rejection: Rejection,
        identity: TaskIdentity, nowMs: Int64, triedMs: [Int64],
        original: [RecordHeader]
    ) -> [RecordHeader] {
        let attempt = number(Header.attempt, original).map { $0 < 1_000_000 ? $0 + 1 : $0 } ?? 1
        let firstFailure = number(Header.firstFailure, original) ?? triedMs.first ?? nowMs
        return [
            RecordHeader(Header.topic, text: inputTopic),
            RecordHeader(Header.partition, text: String(record.partition)),
            RecordHeader(Header.offset, text: String(record.offset)),
            RecordHeader(Header.timestamp, text: String(record.timestampMs)),
            RecordHeader(Header.group, text: identity.group),
            RecordHeader(Header.service, text: identity.service),
            RecordHeader(Header.version, text: identity.version),
            RecordHeader(Header.code, text: rejection.code.rawValue),
            RecordHeader(Header.message, text: cut(rejection.message)),
            RecordHeader(Header.attempt, text: String(attempt)),
            RecordHeader(Header.firstFailure, text: String(firstFailure)),
            RecordHeader(Header.lastFailure, text: String(nowMs)),
        ] + headers(ofTries: triedMs)
    }

    private static func headers(ofTries triedMs: [Int64]) -> [RecordHeader] {
        guard !triedMs.isEmpty else { return [] }
        return [
            RecordHeader(Header.tries, text: String(triedMs.count)),
            RecordHeader(Header.triedAt, text: triedMs.map(String.init).joined(separator: ",")),
        ]
    }

    /// `text`, cut between characters to `messageBytesMax` bytes.
    static func cut(_ text: String) -> String {
        guard text.utf8.count > messageBytesMax else { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: messageBytesMax)
        while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil {
            end = text.utf8.index(before: end)
        }
        return String(text[..<end])
    }

    private static func number(_ name: String, _ headers: [RecordHeader]) -> Int64? {
        guard let bytes = headers.last(where: { $0.name == name })?.value,
            let value = Int64(String(decoding: bytes.prefix(20), as: UTF8.self)), value >= 0
        else { return nil }
        return value
    }

    private static func size(of headers: [RecordHeader]) -> Int {
        headers.reduce(0) { $0 + $1.name.utf8.count + ($1.value?.count ?? 0) + 10 }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
