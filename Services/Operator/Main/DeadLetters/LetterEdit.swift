internal import CommandLineKit
internal import Contracts
internal import Glibc
internal import JSON
internal import OperatorDomain
internal import Runtime
internal import Streams
internal import StreamsKafka
internal import TopicCatalog

/// Lets a person mend one dead letter in their editor, and sends it to its topic.
struct LetterEdit: Sendable {
    private let bus: Bus
    private let invocation: Invocation

    private struct Summary: Encodable {
        let runId: String
        let place: String
        let messageId: String?
        let differences: [String]
    }

    /// Letters that do not say where they came from as well: another tool's.
    private let takesForeign: Bool

    init(_ bus: Bus, _ invocation: Invocation, takesForeign: Bool) {
        self.takesForeign = takesForeign
        self.bus = bus
        self.invocation = invocation
    }

    func run(
        _ place: DeadLetterPlace, isConfirmed: Bool, author: String, runID: String
    ) async throws -> ExitCode {
        let catalog = try TopicCatalog.load(of: invocation)
        let mender = LetterMender(
            topic: place.topic, policy: try DeadLetterReplay.policy(of: place.topic, catalog),
            schemas: catalog.schemas, runID: runID, takesForeign: takesForeign)
        let letter = try await find(place)
        guard !letter.isCut, let old = letter.value else {
            throw CommandFailure("only the digest of \(place) was kept: it was too large")
        }
        let file = try EditorFile(Self.text(old), name: "dreamnet-\(runID).json")
        try await blocking { try file.edit() }
        let text = try file.read()
        guard text != Self.text(old) else {
            file.remove()
            invocation.err.line("nothing was changed, and nothing sent")
            return .success
        }
        let mend: LetterMend
        do {
            let headers: [RecordHeader]
            (mend, headers) = try Self.check(letter, text, mender)
            for line in mend.differences { invocation.err.line("  \(line.sanitized)") }
            try Prompt(on: invocation.err).confirm(
                "It goes to \(place.topic.rawValue) at \(bus.address.sanitized), and happens now.",
                typing: place.topic.kind, yes: isConfirmed)
            try await send(mend, headers, author: author, runID: runID)
        } catch {
            invocation.err.line("What you wrote is in \(file.path).")
            throw error
        }
        file.remove()
        if invocation.wantsJSON {
            let summary = Summary(
                runId: runID, place: place.description, messageId: mend.id,
                differences: mend.differences)
            invocation.out.write(try JSONText.document(summary))
        } else {
            invocation.out.line(
                "\(place) sent as \((mend.id ?? "").sanitized) (run \(runID))")
        }
        return .success
    }

    /// What the person sees: with a line a field, if it is JSON.
    private static func text(_ bytes: [UInt8]) -> [UInt8] {
        guard let value = try? JSON.parse(bytes),
            let pretty = try? value.serialized(prettyPrinted: true)
        else { return bytes }
        return pretty + [UInt8(ascii: "\n")]
    }

    private static func check(
        _ letter: DeadLetterRecord, _ text: [UInt8], _ mender: LetterMender
    ) throws -> (LetterMend, [RecordHeader]) {
        let value: JSONValue
        do { value = try JSON.parse(text) } catch {
            throw CommandFailure("nothing was sent: \("\(error)".sanitized)")
        }
        switch try mender.decide(letter, value) {
        case .keep(let why): throw CommandFailure("nothing was sent: \(why.sanitized)")
        case .send(let mend, let headers): return (mend, headers)
        }
    }

    private func find(_ place: DeadLetterPlace) async throws -> DeadLetterRecord {
        let bus = bus
        do {
            let (letter, isResolved) = try await blocking {
                (try bus.letter(at: place), try bus.readLedger().isResolved(place))
            }
            guard let letter else { throw bus.noLetter(at: place) }
            guard !isResolved else {
                throw CommandFailure(
                    "refused: \(place) was replayed, edited or discarded already",
                    exitCode: .refused)
            }
            return letter
        } catch { throw bus.failure(error) }
    }

    private func send(
        _ mend: LetterMend, _ headers: [RecordHeader], author: String, runID: String
    ) async throws {
        let (bus, console) = (bus, invocation.err)
        try await blocking {
            do {
                let place = mend.letter.place
                let session = try QueueSession(
                    bus, topic: place.topic, author: author, runID: runID,
                    onTakeOver: { console.line($0.sanitized) })
                guard !session.ledger.isResolved(place) else {
                    try session.close()
                    throw CommandFailure(
                        "refused: \(place) was replayed, edited or discarded meanwhile",
                        exitCode: .refused)
                }
                let queue = try DeadLetterQueue(bus, of: place.topic, isRead: false)
                try session.commit(
                    [.init(mend, headers: headers, partitions: queue.partitionCount)],
                    reason: nil)
                try session.close()
            } catch { throw bus.failure(error) }
        }
    }
}
