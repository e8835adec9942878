internal import CommandLineKit
internal import Contracts
internal import Glibc
internal import OperatorDomain
internal import Runtime
internal import Streams
internal import StreamsKafka

/// A person's work on the dead letters of one topic: nobody else works on them meanwhile, and what
/// is done stands in the ledger, in the same transaction. Its calls block.
final class QueueSession {
    /// What is done with one letter.
    struct Step {
        let place: DeadLetterPlace
        let resolution: LetterResolution
        /// The id of a message that was mended.
        var messageID: String?
        /// What goes to the topic again; nil: nothing.
        var resent: Resent?

        struct Resent {
            var partition: Int32?
            let key: [UInt8]?
            let value: [UInt8]?
            let headers: [RecordHeader]
        }
    }

    private static let topicIndex = 0
    private static let ledgerIndex = 1
    private static let alertIndex = 2
    private static let queueIndex = 3
    private static let attemptsMax = 5
    private static let ledgerMs: Int32 = 60_000
    private static let visibleMs: Int32 = 5_000
    private static let expiredMax = 10_000

    let topic: BusTopic
    let runID: String
    let author: String
    private(set) var ledger = Ledger()
    private let bus: Bus
    private let reader: KafkaReader
    private let writer: TransactionalWriter
    private let sinceMs: Int64
    private var renewedMs: Int64 = 0
    /// Letters given up of which nobody was told yet, those of a run that was ended included.
    private var untold: Int64 = 0
    private var untoldReason: String?

    /// Takes the queue of `topic`.
    /// - Throws: `CommandFailure` (refused) if somebody else is at work on it.
    init(
        _ bus: Bus, topic: BusTopic, author: String, runID: String, onTakeOver: (String) -> Void
    ) throws {
        self.bus = bus
        self.topic = topic
        self.author = author
        self.runID = runID
        sinceMs = SystemClock.nowMs()
        reader = try KafkaReader(bus.configuration, log: { _ in })
        writer = try TransactionalWriter(
            id: "dreamnet-dlq-\(topic.kind)",
            topics: [
                topic.rawValue, BusTopic.ledger.rawValue, BusTopic.alert.rawValue,
                topic.deadLetterName,
            ], bus.configuration, log: { _ in })
        try reader.start(topic: BusTopic.ledger.rawValue, from: .beginning)
        try readLedger()
        if let hold = ledger.hold(on: topic) {
            guard Self.isOver(hold) else { throw Self.refusal(hold) }
            onTakeOver(
                "the run of \(hold.author) on \(hold.host) ended in the middle; this one goes on")
        }
        do throws(LogError) {
            try retrying { () throws(LogError) in try writer.takeOver() }
        } catch { throw KafkaError(.timedOut, error.message) }
        // All that the run before has committed: also what it had given up, and never told.
        try readLedger()
        untold = max(0, ledger.hold(on: topic)?.discarded ?? 0)
        untoldReason = ledger.hold(on: topic)?.reason
        try write([], renewing: true)
        // What the run before may have committed until it was fenced lies before the new hold. A
        // commit may be answered before readers see it.
        let deadline = Countdown(ms: Self.visibleMs)
        repeat { try readLedger() } while ledger.hold(on: topic)?.runId != runID && !deadline.isOver
        guard ledger.hold(on: topic)?.runId == runID else {
            throw Self.refusal(ledger.hold(on: topic))
        }
    }

    /// Does these steps: all of them, or none.
    /// - Throws: `CommandFailure` if another run has taken the queue over.
    func commit(_ steps: some Collection<Step>, reason: String?) throws {
        try write(
            Array(steps), reason: reason,
            renewing: SystemClock.monotonicMs() - renewedMs > QueueHold.renewMs)
    }

    /// Renews the hold while nothing is done.
    func renew() throws {
        if SystemClock.monotonicMs() - renewedMs > QueueHold.renewMs {
            try write([], renewing: true)
        }
    }

    /// Opens letters again that were given up, and writes anew what is gone: all of it, or nothing.
    func restore(_ opened: [DeadLetterPlace], anew: [DeadLetterRecord]) throws {
        guard !opened.isEmpty || !anew.isEmpty else { return }
        try transaction { () throws(LogError) in
            for place in opened {
                try writer.add(
                    topic: Self.ledgerIndex, key: Ledger.key(of: place), value: nil)
            }
            for letter in anew {
                try writer.add(
                    topic: Self.queueIndex, key: letter.key, value: letter.value,
                    headers: letter.headersAnew)
            }
        }
        for place in opened { ledger.take(key: Ledger.key(of: place), value: nil) }
        try renew()
    }

    /// Gives the queue back, and tells how many letters were given up, if any were. What is known of
    /// letters that expired is forgotten before, so that the ledger does not outgrow what lies there.
    func close() throws {
        let queue = try DeadLetterQueue(bus, of: topic, isRead: false)
        while case let expired = queue.expired(ledger, limit: Self.expiredMax), !expired.isEmpty {
            try transaction { () throws(LogError) in
                for place in expired {
                    try writer.add(
                        topic: Self.ledgerIndex, key: Ledger.key(of: place), value: nil)
                }
            }
            for place in expired { ledger.take(key: Ledger.key(of: place), value: nil) }
            try renew()
        }
        let marks = queue.expiredMarks(ledger)
        let news = try untoldNews()
        try transaction { () throws(LogError) in
            for record in news {
                try writer.add(
                    topic: Self.alertIndex, partition: record.partition, key: record.key,
                    value: record.value, headers: record.headers)
            }
            for place in marks {
                try writer.add(
                    topic: Self.ledgerIndex, key: Ledger.quarantineKey(of: place), value: nil)
            }
            try writer.add(
                topic: Self.ledgerIndex, key: Ledger.holdKey(of: topic), value: nil)
        }
    }

    private func untoldNews() throws -> [DrainNews.Record] {
        guard untold > 0 else { return [] }
        return try DrainNews.records(
            of: Int(clamping: untold), in: topic, reason: untoldReason ?? "given up",
            author: author, runID: runID, partitions: try bus.partitionCount(of: .alert))
    }

    private func readLedger() throws {
        try reader.readToEnd(deadlineMs: Self.ledgerMs) {
            ledger.take(key: $0.key, value: $0.value)
        }
    }

    private func write(_ steps: [Step], reason: String? = nil, renewing: Bool) throws {
        let nowMs = SystemClock.nowMs()
        // The count is in the transaction of what it counts: whoever goes on tells it.
        let given = steps.count { $0.resolution == .discarded }
        let (gone, why) = (untold + Int64(given), given > 0 ? reason : untoldReason)
        let renewing = renewing || given > 0
        let replayed = try LedgerEntryText(
            .replayed, author: author, atMs: nowMs, runID: runID, reason: reason)
        let entries = try steps.map { step in
            if step.resolution == .replayed, let replayed { return replayed.bytes(of: step.place) }
            return try Envelope(
                id: "\(runID)/\(step.place)", ts: nowMs, role: .operator,
                LedgerEntryPayload(
                    place: step.place.description, resolution: step.resolution, author: author,
                    atMs: nowMs, runId: runID, messageId: step.messageID, reason: reason)
            ).serialized()
        }
        let hold = try Envelope(
            id: "\(runID)/\(nowMs)", ts: nowMs, role: .operator,
            LedgerHoldPayload(
                queue: topic.kind, author: author, host: Self.host, pid: Int64(getpid()),
                runId: runID, sinceMs: sinceMs, seenMs: nowMs, discarded: gone > 0 ? gone : nil,
                reason: gone > 0 ? why : nil)
        ).serialized()
        try transaction { () throws(LogError) in
            for (step, entry) in zip(steps, entries) {
                if let resent = step.resent {
                    try writer.add(
                        topic: Self.topicIndex, partition: resent.partition, key: resent.key,
                        value: resent.value,
                        headers: resent.headers)
                }
                if step.resolution.isMark || ledger.isMarked(step.place) {
                    try writer.add(
                        topic: Self.ledgerIndex, key: Ledger.quarantineKey(of: step.place),
                        value: step.resolution.isMark ? entry : nil)
                }
                guard !step.resolution.isMark else { continue }
                try writer.add(
                    topic: Self.ledgerIndex, key: Ledger.key(of: step.place), value: entry)
            }
            if renewing {
                try writer.add(
                    topic: Self.ledgerIndex, key: Ledger.holdKey(of: topic), value: hold)
            }
        }
        if renewing { renewedMs = SystemClock.monotonicMs() }
        (untold, untoldReason) = (gone, why)
        for step in steps {
            if step.resolution.isMark {
                ledger.quarantine(step.place, isReleased: step.resolution == .released)
            } else {
                ledger.resolve(step.place)
                if ledger.isMarked(step.place) {
                    ledger.take(key: Ledger.quarantineKey(of: step.place), value: nil)
                }
            }
        }
    }

    /// All of it, or nothing: what fails on the way is taken back and done again.
    private func transaction(_ body: () throws(LogError) -> Void) throws {
        for attempt in 1... {
            do throws(LogError) {
                try writer.begin()
                try body()
                try retrying { () throws(LogError) in try writer.commit() }
                return
            } catch {
                switch error.kind {
                case .abortable where attempt < Self.attemptsMax:
                    do throws(LogError) {
                        try retrying { () throws(LogError) in try writer.abort() }
                    } catch { throw KafkaError(.fatal, error.message) }
                case .fenced:
                    try? readLedger()
                    throw Self.refusal(ledger.hold(on: topic))
                default:
                    throw KafkaError(.fatal, error.message)
                }
            }
        }
    }

    /// Calls again what may be called again, for a while.
    private func retrying(_ body: () throws(LogError) -> Void) throws(LogError) {
        let deadline = Countdown(ms: 30_000)
        while true {
            do throws(LogError) { return try body() } catch {
                guard error.kind == .retriable, !deadline.isOver else { throw error }
            }
        }
    }

    private static let host: String = {
        var bytes = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&bytes, bytes.count - 1) == 0 else { return "unknown" }
        let name = bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return name.isEmpty ? "unknown" : String(decoding: name, as: UTF8.self)
    }()

    private static func isOver(_ hold: LedgerHoldPayload) -> Bool {
        QueueHold.isOver(hold, nowMs: SystemClock.nowMs(), host: host) { pid in
            guard let pid = Int32(exactly: pid), pid > 0 else { return false }
            // No right to signal it: it lives.
            return kill(pid, 0) == 0 || errno == EPERM
        }
    }

    private static func refusal(_ hold: LedgerHoldPayload?) -> CommandFailure {
        guard let hold else {
            return CommandFailure(
                "refused: another run has taken these dead letters over", exitCode: .refused)
        }
        let age = HumanText.age(ofMs: hold.sinceMs, nowMs: SystemClock.nowMs())
        return CommandFailure(
            "refused: \(hold.author.sanitized) works on the dead letters of "
                + "\(hold.queue.sanitized) since \(age) (process \(hold.pid) on "
                + "\(hold.host.sanitized))",
            hint: "Wait until that run is over. One that died is taken over after "
                + "\(QueueHold.staleMs / 1_000) s, on its own machine at once.",
            exitCode: .refused)
    }
}

extension LetterResolution {
    /// Whether the letter still waits: only what a replay does with it has changed.
    fileprivate var isMark: Bool { self == .quarantined || self == .released }
}
