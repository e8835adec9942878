internal import CommandLineKit
internal import Contracts
internal import OperatorDomain
internal import Runtime
internal import StreamsKafka

/// Gives dead letters up: they lie there until they expire, but count for nothing any more.
struct DeadLetterDiscard: Sendable {
    private struct Summary: Encodable {
        var runId: String
        var topic: String
        var discarded = 0
        var passedOver = 0
        var reasons = ReasonCounts()
        var archive: String?
        /// Why it ended before all was done.
        var stopped: String?
        /// Whether a run that was ended has given letters up and told nobody.
        var isOwed = false

        private enum CodingKeys: CodingKey {
            case runId, topic, discarded, passedOver, reasons, archive, stopped
        }
    }

    private static let batchMax = 2_000
    private static let bytesMax = 4 << 20

    private let bus: Bus
    private let invocation: Invocation

    init(_ bus: Bus, _ invocation: Invocation) {
        self.bus = bus
        self.invocation = invocation
    }

    func run(_ request: DiscardRequest, author: String, runID: String) async throws -> ExitCode {
        let name = request.topic.deadLetterName
        let (bus, invocation) = (bus, invocation)
        let summary = try await blocking {
            try Self.summary(request, runID, bus, invocation)
        }
        let letters = HumanText.count(summary.discarded, "dead letter")
        let reasons = summary.reasons.line
        invocation.err.line(
            "at \(bus.address.sanitized): \(request.isDryRun ? "would discard" : "discards") "
                + "\(letters) of \(name)" + (reasons.isEmpty ? "" : ": \(reasons)"))
        guard summary.discarded > 0 || request.deletes || summary.isOwed, !request.isDryRun else {
            return try report(summary, request)
        }
        invocation.err.line(
            request.archive.map { "they are kept in \($0.sanitized)" } ?? "they are NOT kept")
        try Prompt(on: invocation.err).confirm(
            request.deletes
                ? "What they say never happens, and all letters of \(name) are deleted, those "
                    + "that were replayed or discarded before as well."
                : "What they say never happens.", typing: request.topic.kind,
            yes: request.isConfirmed)
        let done = try await blocking {
            do {
                return try Self.discard(request, author, runID, bus, invocation.err)
            } catch { throw bus.failure(error) }
        }
        return try report(done, request)
    }

    private func report(_ summary: Summary, _ request: DiscardRequest) throws -> ExitCode {
        if invocation.wantsJSON {
            invocation.out.write(try JSONText.document(summary))
        } else {
            let letters = HumanText.count(summary.discarded, "letter")
            invocation.out.line(
                request.isDryRun
                    ? "\(letters) would be discarded"
                    : "\(letters) discarded (run \(summary.runId))")
            if let stopped = summary.stopped { invocation.out.line("stopped: \(stopped)") }
        }
        return summary.stopped == nil ? .success : .failure
    }

    private static func summary(
        _ request: DiscardRequest, _ runID: String, _ bus: Bus, _ invocation: Invocation
    ) throws -> Summary {
        do {
            let ledger = try bus.readLedger()
            var summary = Summary(
                runId: runID, topic: request.topic.rawValue,
                archive: request.isDryRun ? nil : request.archive)
            summary.isOwed = ledger.hold(on: request.topic)?.discarded ?? 0 > 0
            try pass(
                try DeadLetterQueue(bus, of: request.topic), request, &summary,
                isResolved: ledger.isResolved
            ) { _ in }
            return summary
        } catch { throw bus.failure(error) }
    }

    /// Counts every letter that is meant and still waits, and hands it on.
    private static func pass(
        _ queue: DeadLetterQueue, _ request: DiscardRequest, _ summary: inout Summary,
        isResolved: (DeadLetterPlace) -> Bool, isStopped: () -> Bool = { false },
        _ take: (DeadLetterRecord) throws -> Void
    ) throws {
        while !isStopped(), let letter = try queue.next() {
            guard !isResolved(letter.place) else { continue }
            guard request.filter.passes(letter) else {
                summary.passedOver += 1
                continue
            }
            summary.discarded += 1
            summary.reasons.add(letter.code)
            try take(letter)
        }
    }

    /// Each batch is in the archive, on the disk, before the ledger says that it is given up.
    private static func discard(
        _ request: DiscardRequest, _ author: String, _ runID: String, _ bus: Bus,
        _ console: Console
    ) throws -> Summary {
        let session = try QueueSession(
            bus, topic: request.topic, author: author, runID: runID,
            onTakeOver: { console.line($0.sanitized) })
        let archive = try request.archive.map { try LetterArchive(path: $0) }
        let queue = try DeadLetterQueue(bus, of: request.topic)
        let stop = StopRequest()
        var summary = Summary(
            runId: runID, topic: request.topic.rawValue, archive: request.archive)
        var batch: [QueueSession.Step] = []
        func flush() throws {
            try archive?.flush()
            try session.commit(batch, reason: request.reason)
            batch.removeAll(keepingCapacity: true)
        }
        try pass(
            queue, request, &summary, isResolved: { session.ledger.isResolved($0) },
            isStopped: { stop.isSet }
        ) { letter in
            try archive?.add(letter)
            batch.append(
                QueueSession.Step(
                    place: letter.place, resolution: .discarded,
                    resent: letter.release.map {
                        .init(
                            partition: letter.partition(of: queue.partitionCount),
                            key: letter.key, value: nil, headers: $0)
                    }))
            if batch.count >= batchMax || archive?.pendingBytes ?? 0 >= bytesMax { try flush() }
        }
        if !batch.isEmpty { try flush() }
        try session.close()
        // The letters are on the disk already: to pack them may take long, and needs no hold.
        try archive?.finish()
        if stop.isSet {
            summary.stopped = "interrupted; the same line goes on where it stopped"
        } else if request.deletes {
            try queue.deleteAll(bus)
        }
        return summary
    }
}
