internal import CommandLineKit
internal import Contracts
internal import OperatorDomain
internal import Runtime
internal import StreamsKafka
internal import TopicCatalog

/// One replay, from the first letter to the account of what became of them. It blocks.
struct ReplayRun {
    private static let batchMax = 10_000
    private static let bytesMax = 4 << 20
    private static let readMs: Int32 = 10_000
    /// How long the first letters of a canary may take to be read, ms.
    private static let canaryMs: Int32 = 60_000
    /// How long the end waits for what was sent to be read, ms.
    private static let settleMs: Int32 = 10_000

    private let bus: Bus
    private let request: ReplayRequest
    private let policy: ReplayPolicy
    private let schemas: PayloadSchemas
    private let console: Console
    private let queue: DeadLetterQueue
    private let session: QueueSession?
    private let ledger: () -> Ledger
    private let stop = StopRequest()
    private let pace: Pace
    private var returns: ReplayReturns?
    private var tally: ReplayTally
    private var progress: ProgressIndicator
    private var batch: [QueueSession.Step] = []
    private var batchBytes = 0
    private var groups: Set<String> = []
    private let startMs = SystemClock.monotonicMs()

    init(
        _ bus: Bus, _ request: ReplayRequest, policy: ReplayPolicy, schemas: PayloadSchemas,
        author: String, runID: String, console: Console
    ) throws {
        self.bus = bus
        self.request = request
        self.policy = policy
        self.schemas = schemas
        self.console = console
        pace = Pace(perSecond: request.ratePerSecond, batchMax: Self.batchMax, stop: stop)
        if request.isDryRun {
            let known = try bus.readLedger()
            session = nil
            ledger = { known }
        } else {
            let session = try QueueSession(
                bus, topic: request.topic, author: author, runID: runID,
                onTakeOver: { console.line($0.sanitized) })
            self.session = session
            ledger = { session.ledger }
            returns = try ReplayReturns(bus, topic: request.topic, runID: runID)
        }
        queue = try DeadLetterQueue(bus, of: request.topic)
        tally = ReplayTally(
            runId: runID, topic: request.topic.rawValue, dryRun: request.isDryRun)
        progress = ProgressIndicator(
            "letters", total: request.limit ?? queue.depth(ledger()), on: console,
            nowMs: startMs)
    }

    mutating func run() throws -> ReplayTally {
        while !isOver, let letter = try queue.next() {
            consider(letter)
            if isBatchFull { try flush() }
        }
        // After Ctrl-C the open batch is sent: half of one would be nothing.
        try flush()
        // A canary of which fewer wait than it asks for is one all the same.
        if let session, let canary = request.canary, (1..<canary).contains(tally.sent),
            tally.stopped == nil, !stop.isSet
        {
            try waitForCanary(session)
        }
        if stop.isSet {
            tally.stopped =
                tally.stopped ?? "interrupted; the same line goes on where it stopped"
        }
        try account()
        return tally
    }

    private var isOver: Bool {
        stop.isSet || tally.stopped != nil || request.limit.map { tally.sent >= $0 } ?? false
    }

    private mutating func consider(_ letter: DeadLetterRecord) {
        guard !ledger().isResolved(letter.place) else {
            tally.resolvedBefore += 1
            return
        }
        guard request.filter.passes(letter) else {
            tally.passedOver += 1
            return
        }
        let isReleased = request.takesQuarantined || ledger().isReleased(letter.place)
        guard isReleased || !ledger().isQuarantined(letter.place) else {
            tally.keep("it is in quarantine; --quarantined takes it as well")
            return
        }
        // Read once: most of the time of a fast replay goes there.
        let envelope = letter.envelope
        let decision = ReplayDecision.of(
            letter, to: request.topic, policy: policy, runID: tally.runId,
            nowMs: SystemClock.nowMs(), takesForeign: request.takesForeign, isReleased: isReleased,
            messageTs: (try? envelope?.get())?.ts ?? letter.messageTs)
        switch decision {
        case .keep(let why): tally.keep(why)
        case .quarantine(let why):
            tally.keep("\(why), and goes to quarantine")
            if !request.isDryRun {
                batch.append(QueueSession.Step(place: letter.place, resolution: .quarantined))
            }
        case .send(let headers):
            if !letter.isRelease,
                let problem = DeadLetterRecord.problem(of: envelope, under: schemas)
            {
                tally.keep("it is still wrong: \(problem)")
                return
            }
            tally.send(letter)
            guard !request.isDryRun else { return }
            if let group = letter.group, groups.count < 8 { groups.insert(unprefixed(group)) }
            batch.append(
                QueueSession.Step(
                    place: letter.place, resolution: .replayed,
                    resent: .init(
                        partition: letter.partition(of: queue.partitionCount), key: letter.key,
                        value: letter.value, headers: headers)))
            batchBytes += (letter.value?.count ?? 0) + (letter.key?.count ?? 0)
        }
    }

    /// A letter names the group as the cluster does.
    private func unprefixed(_ group: String) -> String {
        let prefix = bus.configuration.topicPrefix
        return group.hasPrefix(prefix) ? String(group.dropFirst(prefix.count)) : group
    }

    private var isBatchFull: Bool {
        if let canary = request.canary, tally.sent == canary, !batch.isEmpty { return true }
        return batch.count >= pace.batchSize || batchBytes >= Self.bytesMax
    }

    private mutating func flush() throws {
        guard let session, !batch.isEmpty else { return }
        let count = batch.count
        try session.commit(batch, reason: nil)
        batch.removeAll(keepingCapacity: true)
        batchBytes = 0
        showProgress()
        try returns?.look()
        tally.cameBack = returns?.count
        if let canary = request.canary, tally.sent == canary { try waitForCanary(session) }
        stopAtReturns()
        if !isOver { try pace.wait(after: count) { try session.renew() } }
    }

    private var cameBack: Int { tally.cameBack ?? 0 }

    private mutating func showProgress() {
        let (sent, elapsedMs) = (tally.sent, max(1, SystemClock.monotonicMs() - startMs))
        let rate = Int64(sent) * 1_000 / elapsedMs
        let back = cameBack > 0 ? ", \(HumanText.count(cameBack)) came back" : ""
        progress.update(
            sent, note: "\(HumanText.count(Int(rate))) a second\(back)",
            nowMs: SystemClock.monotonicMs())
    }

    private mutating func waitForCanary(_ session: QueueSession) throws {
        guard !groups.isEmpty else {
            tally.stopped = "the canary's letters name no consumer group to wait for"
            return
        }
        console.line("the first \(HumanText.count(tally.sent)) are sent; waiting for their readers")
        let isRead =
            try returns?.settle(groups, deadlineMs: Self.canaryMs, stop: stop) {
                try session.renew()
            } ?? false
        tally.cameBack = returns?.count
        guard !stop.isSet else { return }
        if !isRead {
            tally.stopped = "the canary was not read within \(Self.canaryMs / 1_000) s"
        } else if cameBack > 0, request.returnsMax == nil {
            tally.stopped =
                "\(cameBack) of the canary's \(tally.sent) letters came back"
        }
    }

    private mutating func stopAtReturns() {
        guard let most = request.returnsMax, tally.stopped == nil else { return }
        let share = Double(cameBack) / Double(max(1, tally.sent))
        if share > most {
            tally.stopped =
                "\(HumanText.count(cameBack)) of \(HumanText.count(tally.sent)) came back"
        }
    }

    private mutating func account() throws {
        guard let session else { return }
        if tally.sent > 0, !groups.isEmpty {
            let isRead = try returns?.settle(groups, deadlineMs: Self.settleMs, stop: stop) {
                try session.renew()
            }
            tally.cameBack = returns?.count
            if isRead == true { tally.accepted = tally.sent - min(tally.sent, cameBack) }
            // All is sent, but whoever waits for the end goes on only if enough of it was taken.
            if !stop.isSet { stopAtReturns() }
        }
        try session.close()
        progress.finish(
            "replayed \(HumanText.count(tally.sent, "letter"))",
            nowMs: SystemClock.monotonicMs())
    }
}
