internal import CommandLineKit
internal import Contracts
internal import OperatorDomain
internal import Runtime
internal import Streams
internal import StreamsKafka
internal import TopicCatalog

/// Mends many dead letters by a program of jq, and sends those that become valid to their topic.
struct LetterTransform: Sendable {
    /// Most letters, and about most bytes, that one run of jq takes.
    private static let batchMax = 1_000
    private static let batchBytesMax = 4 << 20

    private let bus: Bus
    private let invocation: Invocation

    init(_ bus: Bus, _ invocation: Invocation) {
        self.bus = bus
        self.invocation = invocation
    }

    func run(_ request: MendRequest, author: String, runID: String) async throws -> ExitCode {
        let catalog = try TopicCatalog.load(of: invocation)
        let replay = request.replay
        let mender = LetterMender(
            topic: replay.topic,
            policy: try DeadLetterReplay.policy(of: replay.topic, catalog),
            schemas: catalog.schemas, runID: runID, takesForeign: replay.takesForeign)
        let (bus, invocation) = (bus, invocation)
        let preview = try await blocking {
            do {
                let ledger = try bus.readLedger()
                var tally = MendTally(runId: runID, topic: replay.topic.rawValue, dryRun: true)
                try Self.pass(bus, request, mender, &tally, isResolved: ledger.isResolved) {
                    $0.count
                }
                return tally
            } catch { throw bus.failure(error) }
        }
        guard !replay.isDryRun else { return try report(preview) }
        invocation.err.write(preview.text(for: invocation.err))
        guard preview.mended > 0 else { return try report(preview) }
        try Prompt(on: invocation.err).confirm(
            "At \(bus.address.sanitized): what they say happens now.", typing: replay.topic.kind,
            yes: replay.isConfirmed)
        let done = try await blocking {
            do {
                return try Self.send(bus, request, mender, author, invocation.err)
            } catch { throw bus.failure(error) }
        }
        return try report(done)
    }

    private func report(_ tally: MendTally) throws -> ExitCode {
        invocation.out.write(
            invocation.wantsJSON ? try JSONText.document(tally) : tally.text(for: invocation.out))
        return tally.stopped == nil ? .success : .failure
    }

    private static func send(
        _ bus: Bus, _ request: MendRequest, _ mender: LetterMender, _ author: String,
        _ console: Console
    ) throws -> MendTally {
        let session = try QueueSession(
            bus, topic: mender.topic, author: author, runID: mender.runID,
            onTakeOver: { console.line($0.sanitized) })
        var tally = MendTally(runId: mender.runID, topic: mender.topic.rawValue, dryRun: false)
        let stop = StopRequest()
        let pace = Pace(
            perSecond: request.replay.ratePerSecond, batchMax: batchMax, stop: stop)
        try pass(
            bus, request, mender, &tally,
            isResolved: { session.ledger.isResolved($0) }, isStopped: { stop.isSet },
            whileWaiting: { try session.renew() }
        ) { steps in
            var sent = 0
            for batch in pace.batches(of: steps) where !stop.isSet {
                try session.commit(batch, reason: "transformed")
                sent += batch.count
                try pace.wait(after: batch.count) { try session.renew() }
            }
            return sent
        }
        if stop.isSet { tally.stopped = "interrupted; the same line goes on where it stopped" }
        try session.close()
        return tally
    }

    /// Takes every letter that is asked for through the program, batch by batch.
    private static func pass(
        _ bus: Bus, _ request: MendRequest, _ mender: LetterMender, _ tally: inout MendTally,
        isResolved: (DeadLetterPlace) -> Bool, isStopped: () -> Bool = { false },
        whileWaiting: () throws -> Void = {},
        _ commit: ([QueueSession.Step]) throws -> Int
    ) throws {
        let queue = try DeadLetterQueue(bus, of: mender.topic)
        let program = JQProgram(request.program)
        var letters: [DeadLetterRecord] = []
        var bytes = 0
        func flush() throws {
            var steps: [QueueSession.Step] = []
            for outcome in try mender.mend(
                letters, by: program, whileWaiting: whileWaiting)
            {
                switch outcome {
                case .keep(let why): tally.keep(why)
                case .send(let mend, let headers):
                    guard tally.mended < request.replay.limit ?? .max else { continue }
                    tally.mend(mend)
                    steps.append(
                        .init(mend, headers: headers, partitions: queue.partitionCount))
                }
            }
            tally.mended -= steps.count - (try commit(steps))
            letters.removeAll(keepingCapacity: true)
            bytes = 0
        }
        while !isStopped(), tally.mended < request.replay.limit ?? .max,
            let letter = try queue.next()
        {
            guard !isResolved(letter.place) else { continue }
            guard request.replay.filter.passes(letter) else {
                tally.passedOver += 1
                continue
            }
            letters.append(letter)
            bytes += letter.value?.count ?? 0
            if letters.count >= batchMax || bytes >= batchBytesMax { try flush() }
        }
        try flush()
    }
}

extension QueueSession.Step {
    /// Sends a letter's mended message in its place.
    init(_ mend: LetterMend, headers: [RecordHeader], partitions: Int) {
        self.init(
            place: mend.letter.place, resolution: .edited, messageID: mend.id,
            resent: Resent(
                partition: mend.letter.partition(of: partitions), key: mend.letter.key,
                value: mend.letter.value, headers: headers))
    }
}
