internal import CommandLineKit
internal import Contracts
internal import OperatorDomain
internal import Runtime
internal import StreamsKafka
internal import TopicCatalog

/// Gives dead commands again. No transaction writes `nervous.command`, so the order goes first and the
/// ledger follows: what happens between the two is made up for by the order's id.
struct LetterReissue {
    private static let batchMax = 100
    private static let deliverMs: Int32 = 30_000

    private let bus: Bus
    private let request: ReplayRequest
    private let schemas: PayloadSchemas
    private let author: String
    private let key: [UInt8]?
    private var tally: ReplayTally

    init(
        _ bus: Bus, _ request: ReplayRequest, schemas: PayloadSchemas, author: String,
        runID: String
    ) throws {
        self.bus = bus
        self.request = request
        self.schemas = schemas
        self.author = author
        key = try request.keyFile.map { try PrivateKeyFile.read($0) }
        tally = ReplayTally(
            runId: runID, topic: request.topic.rawValue, dryRun: request.isDryRun)
    }

    /// It blocks.
    mutating func run(_ console: Console) throws -> ReplayTally {
        let queue = try DeadLetterQueue(bus, of: request.topic)
        guard !request.isDryRun else {
            let ledger = try bus.readLedger()
            try pass(queue, isResolved: ledger.isResolved) { _ in }
            return tally
        }
        let session = try QueueSession(
            bus, topic: request.topic, author: author, runID: tally.runId,
            onTakeOver: { console.line($0.sanitized) })
        let producer = try KafkaProducer(bus.configuration, log: { _ in })
        defer { producer.close() }
        let stop = StopRequest()
        let pace = Pace(
            perSecond: request.ratePerSecond, batchMax: Self.batchMax, stop: stop)
        try pass(
            queue, batchSize: pace.batchSize, isResolved: { session.ledger.isResolved($0) },
            isStopped: { stop.isSet }
        ) { batch in
            for (message, _) in batch {
                producer.post(
                    NewRecord(
                        topic: BusTopic.command.rawValue, key: message.key, value: message.value,
                        headers: message.headers))
            }
            try producer.flush(deadlineMs: Self.deliverMs)
            guard producer.failedPosts == 0 else {
                throw CommandFailure(
                    "UNKNOWN whether all orders arrived",
                    hint: "The same line again is safe: each is taken once.",
                    exitCode: .unknownArrival)
            }
            try session.commit(batch.map(\.step), reason: "given again")
            try pace.wait(after: batch.count) { try session.renew() }
        }
        if stop.isSet { tally.stopped = "interrupted; the same line goes on where it stopped" }
        try session.close()
        return tally
    }

    private typealias Item = (message: OrderMessage, step: QueueSession.Step)

    private mutating func pass(
        _ queue: DeadLetterQueue, batchSize: Int = batchMax,
        isResolved: (DeadLetterPlace) -> Bool, isStopped: () -> Bool = { false },
        _ send: ([Item]) throws -> Void
    ) throws {
        var batch: [Item] = []
        while tally.sent < request.limit ?? .max, !isStopped(), let letter = try queue.next() {
            guard !isResolved(letter.place) else {
                tally.resolvedBefore += 1
                continue
            }
            guard request.filter.passes(letter) else {
                tally.passedOver += 1
                continue
            }
            guard let item = try item(letter) else { continue }
            tally.send(letter)
            batch.append(item)
            if batch.count >= batchSize {
                try send(batch)
                batch = []
            }
        }
        if !batch.isEmpty { try send(batch) }
    }

    private mutating func item(_ letter: DeadLetterRecord) throws -> Item? {
        let nowMs = SystemClock.nowMs()
        switch CommandReissue.of(letter, author: author, nowMs: nowMs) {
        case .keep(let why):
            tally.keep(why)
            return nil
        case .order(let order):
            let made = try key.map { try order.message(nowMs: nowMs, signedBy: $0) }
            guard let message = try made ?? order.message(nowMs: nowMs) else {
                throw CommandFailure("the key has the wrong length", exitCode: .usage)
            }
            let sent = try Envelope(parsing: message.value)
            if let problem = schemas.problem(
                kind: sent.topic, type: sent.type, payload: sent.payload)
            {
                tally.keep("it is still wrong: \(problem)")
                return nil
            }
            return (
                message,
                QueueSession.Step(
                    place: letter.place, resolution: .replayed, messageID: order.id)
            )
        }
    }
}
