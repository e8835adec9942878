import Contracts
import ControlCoreDomain
import DreamNetClient
import JSON
import Streams
import Testing
import TopicCatalog

/// docs/wire.md is true: its examples are valid and are obeyed, its tables are those of the code.
@Suite struct WireDocumentTests {
    private static let startMs: Int64 = 1_763_679_600_000
    private static let commands = WireDocument.jsonBlocks(WireDocument().section("Commands"))

    private let document = WireDocument()
    private let catalog: TopicCatalog

    init() throws { catalog = try TopicCatalog.load(directory: Checkout.topics) }

    @Test(arguments: WireDocument.jsonBlocks(WireDocument().text))
    func `every JSON block is a message that its schema takes`(block: String) throws {
        let envelope = try Envelope(parsing: Array(block.utf8))
        #expect(catalog.schemas.schema(kind: envelope.topic, type: envelope.type) != nil)
        #expect(
            catalog.schemas.problem(
                kind: envelope.topic, type: envelope.type, payload: envelope.payload) == nil)
        #expect(!block.contains("\n"), "kcat sends each line as a message of its own")
    }

    @Test func `every command has an example`() throws {
        let types = try Self.commands.map { try Envelope(parsing: Array($0.utf8)).type }
        #expect(Set(types) == Set(CommandType.allCases.map(\.rawValue)))
    }

    @Test(arguments: Self.commands)
    func `every example of a command is obeyed`(block: String) throws {
        let control = try controlCore()
        try expectObeyed(block, by: control)
    }

    @Test func `all examples are obeyed one after the other`() throws {
        let control = try controlCore()
        for block in Self.commands { try expectObeyed(block, by: control) }
        #expect(control.deadLetters.isEmpty)
    }

    @Test func `the topics are those of the files`() throws {
        let rows = WireDocument.rows(document.section("Topics"))
        #expect(rows.map(\.[0]).sorted() == BusTopic.allCases.map(\.rawValue).sorted())
        for row in rows {
            let topic = try #require(catalog.topic(row[0]))
            #expect(row[1] == "\(topic.partitions)", "\(row[0])")
            for writer in topic.writers where writer.isService {
                #expect(row[4].contains(writer.rawValue), "\(row[0])")
            }
        }
    }

    @Test func `the vectors are those of murmur2`() {
        let rows = WireDocument.rows(document.section("Keys and partitions"))
        #expect(rows.count == 8)
        for row in rows {
            #expect(row[1] == "\(Murmur2.hash(Array(row[0].utf8)))", "\(row[0])")
            #expect(row[2] == "\(Murmur2.partition(key: row[0], count: 4))", "\(row[0])")
        }
    }

    @Test func `the flags are those of the code, with their values at rest`() throws {
        for row in WireDocument.rows(document.section("Reading the flags")) {
            let rest = try #require(FlagRules.rest(row[0]))
            let shown: JSONValue =
                switch rest {
                case .bool(let flag): .bool(flag)
                case .number(let number): .int(Int64(number))
                }
            #expect(row[1] == shown.description, "\(row[0])")
        }
    }

    @Test func `the vectors of flags are those of the subscriber`() throws {
        let section = document.section("Test vectors")
        var table = FlagTable()
        for block in WireDocument.jsonBlocks(section) {
            table.take(try Envelope(parsing: Array(block.utf8)))
        }
        let rows = WireDocument.rows(section)
        #expect(rows.count == 7)
        for row in rows {
            let rest = try #require(FlagRules.rest(row[0]))
            for (service, shown) in zip(["checkout", "billing"], row.dropFirst()) {
                let value = table.value(row[0], service: service) ?? rest
                let expected = Double(shown).map(FlagValue.number) ?? .bool(shown == "true")
                #expect(value == expected, "\(row[0]) of \(service)")
            }
        }
    }

    @Test func `the digest is that of the code`() throws {
        let first = try #require(WireDocument.jsonBlocks(document.text).first)
        let digest = try Envelope(parsing: Array(first.utf8)).digest()
        let hex = digest.map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
        #expect(document.section("Test vectors").contains("the digest `\(hex)`"), "\(hex)")
    }

    @Test func `every status and code of an outcome is explained`() {
        let names = WireDocument.rows(document.section("Outcomes")).map(\.[0])
        #expect(
            names == OutcomeStatus.allCases.map(\.rawValue) + OutcomeCode.allCases.map(\.rawValue))
    }

    @Test func `every header and reason of a dead letter is explained`() {
        let rows = WireDocument.rows(document.section("Dead letters"))
        let codes = rows.map(\.[0]).filter { !$0.hasPrefix("dlq.") }
        #expect(codes == Rejection.Code.allCases.map(\.rawValue))
        let headers = rows.map(\.[0]).filter { $0.hasPrefix("dlq.") }
            .flatMap { $0.split(separator: ", ").map(String.init) }
        typealias Header = DeadLetter.Header
        #expect(
            headers == [
                Header.topic, Header.partition, Header.offset, Header.timestamp, Header.group,
                Header.service, Header.version, Header.code, Header.message, Header.attempt,
                Header.tries, Header.triedAt, Header.slowed, Header.firstFailure,
                Header.lastFailure, Header.replayID, Header.replayCount,
                Header.original, Header.turn, Header.digest, Header.size,
            ])
    }

    // MARK: control-core

    private func controlCore() throws -> ReducerHarness<ControlCoreReducer> {
        let actions = try WireActions.catalog()
        let harness = try ReducerHarness(at: Self.startMs) {
            ControlCoreReducer(policy: ControlCorePolicy(actions: actions))
        }
        try harness.advance(to: Self.startMs)
        return harness
    }

    private func expectObeyed(
        _ block: String, by control: ReducerHarness<ControlCoreReducer>
    ) throws {
        let envelope = try Envelope(parsing: Array(block.utf8))
        try WireActions.prepare(envelope, control)
        let key = envelope.payload["service"]?.stringValue ?? "*"
        let said = try control.send(text: block, to: .command, key: key)
        let outcomes = said.compactMap { $0.payload(as: OutcomePayload.self) }
            .filter { $0.copy != true && $0.commandId == envelope.id }
        let outcome = try #require(outcomes.last)
        let isDirective = CommandType(rawValue: envelope.type)?.isDirective == true
        #expect(
            isDirective ? outcome.status == .accepted : outcome.final && outcome.status.isSuccess,
            "\(outcome.reason ?? "")")
        for output in said {
            guard let message = output.envelope else { continue }
            #expect(
                catalog.schemas.problem(
                    kind: message.topic, type: message.type, payload: message.payload) == nil,
                "\(output)")
        }
    }
}
