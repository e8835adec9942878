internal import CommandLineKit
internal import Contracts
internal import OperatorDomain
internal import Runtime
internal import Streams
internal import StreamsKafka

/// Brings the dead letters of an archive back: those that still lie on their topic count again, those
/// that are gone are written anew.
struct LetterRestore: Sendable {
    private struct Summary: Encodable {
        var runId: String
        var topic: String
        var reopened = 0
        var writtenAnew = 0
        var thereAlready = 0
    }

    private static let batchMax = 1_000
    private static let batchBytesMax = 4 << 20

    private let bus: Bus
    private let invocation: Invocation

    init(_ bus: Bus, _ invocation: Invocation) {
        self.bus = bus
        self.invocation = invocation
    }

    func run(
        _ path: String, isConfirmed: Bool, author: String, runID: String
    ) async throws -> ExitCode {
        let (bus, invocation) = (bus, invocation)
        let (topic, count) = try await blocking { try Self.look(path, runID) }
        invocation.err.line(
            "to \(bus.address.sanitized): brings back \(HumanText.count(count, "dead letter")) of "
                + topic.deadLetterName)
        try Prompt(on: invocation.err).confirm(
            "They count as dead letters again.", typing: topic.kind, yes: isConfirmed)
        let done = try await blocking {
            do {
                return try Self.restore(path, topic, bus, author, runID, invocation.err)
            } catch { throw bus.failure(error) }
        }
        if invocation.wantsJSON {
            invocation.out.write(try JSONText.document(done))
        } else {
            invocation.out.line(
                "\(HumanText.count(done.reopened, "letter")) opened again, "
                    + "\(HumanText.count(done.writtenAnew)) written anew, "
                    + "\(HumanText.count(done.thereAlready)) there already (run \(runID))")
        }
        return .success
    }

    /// The whole archive is read before anything is done.
    private static func look(
        _ path: String, _ runID: String
    ) throws -> (topic: BusTopic, count: Int) {
        let archive = try LetterArchiveReader(path: path, runID: runID)
        var topic: BusTopic?
        while let letter = try archive.next() {
            guard topic ?? letter.place.topic == letter.place.topic else {
                throw CommandFailure(
                    "\(path.sanitized), line \(archive.line): a letter of another topic")
            }
            topic = letter.place.topic
        }
        guard let topic else { throw CommandFailure("\(path.sanitized) holds no dead letter") }
        return (topic, archive.line)
    }

    private static func restore(
        _ path: String, _ topic: BusTopic, _ bus: Bus, _ author: String, _ runID: String,
        _ console: Console
    ) throws -> Summary {
        let session = try QueueSession(
            bus, topic: topic, author: author, runID: runID,
            onTakeOver: { console.line($0.sanitized) })
        let queue = try DeadLetterQueue(bus, of: topic)
        // What an earlier run has written anew names the place where it lay.
        var anew = Ledger()
        while let letter = try queue.next() {
            if let original = letter.original { anew.resolve(original) }
        }
        var summary = Summary(runId: runID, topic: topic.rawValue)
        var (opened, written): ([DeadLetterPlace], [DeadLetterRecord]) = ([], [])
        var bytes = 0
        func flush() throws {
            try session.restore(opened, anew: written)
            summary.reopened += opened.count
            summary.writtenAnew += written.count
            (opened, written, bytes) = ([], [], 0)
        }
        let archive = try LetterArchiveReader(path: path, runID: runID)
        while let letter = try archive.next() {
            if queue.holds(letter.place) {
                guard session.ledger.isResolved(letter.place) else {
                    summary.thereAlready += 1
                    continue
                }
                opened.append(letter.place)
            } else {
                guard !anew.isResolved(letter.place) else {
                    summary.thereAlready += 1
                    continue
                }
                anew.resolve(letter.place)
                written.append(letter)
                bytes += letter.value?.count ?? 0
            }
            if opened.count + written.count >= batchMax || bytes >= batchBytesMax { try flush() }
        }
        try flush()
        try session.close()
        return summary
    }
}
