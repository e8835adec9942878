import CommandLineKit
import Contracts
import JSON
import OperatorDomain
import Streams
import Testing
import TopicCatalog

/// Pages of dead letters, what is wrong with one, and who has sent them.
@Suite struct DeadLetterPageTests {
    private static let nowMs: Int64 = 1_763_679_600_000

    private func letter(
        _ offset: Int64, failedAtMs: Int64 = nowMs - 60_000, value: String = "{}",
        code: String = "schema", message: String = "payload.cpu: 7 is more than 1",
        source: String? = "/dreamnet/checkout"
    ) -> DeadLetterRecord {
        DeadLetterRecord(
            place: DeadLetterPlace(topic: .signal, partition: 2, offset: offset), key: nil,
            value: Array(value.utf8),
            headers: [
                RecordHeader("dlq.code", text: code), RecordHeader("dlq.message", text: message),
                RecordHeader("dlq.last_failure", text: "\(failedAtMs)"),
            ] + (source.map { [RecordHeader("ce_source", text: $0)] } ?? []))
    }

    @Test func `a position is before those that are shown behind it`() throws {
        let letters = [
            letter(1, failedAtMs: 5), letter(2, failedAtMs: 9), letter(3, failedAtMs: 9),
            letter(4, failedAtMs: 7),
        ]
        let sorted = letters.sorted { DeadLetterPosition(of: $0) < DeadLetterPosition(of: $1) }
        #expect(sorted.map(\.place.offset) == [2, 3, 4, 1])
        let position = try #require(DeadLetterPosition("9/signal/2/3"))
        #expect(letters.filter { position < DeadLetterPosition(of: $0) }.count == 2)
        for text in ["", "9", "x/signal/2/3", "9/nonsense/2/3", "9/signal/2"] {
            #expect(DeadLetterPosition(text) == nil)
        }
    }

    @Test func `the next page is a line that can be pasted`() {
        let request = DeadLetterListRequest(
            topic: .signal,
            filter: DeadLetterFilter(
                code: "schema", text: "it's; rm -rf", fromMs: Self.nowMs - 3_600_000),
            limit: 20, all: true)
        #expect(
            request.next(after: letter(7), nowMs: Self.nowMs)
                == #"dreamnet dlq list signal --code schema --text 'it'\''s; rm -rf' --since 3600s "#
                + #"--all --limit 20 --after 1763679540000/signal/2/7"#)
    }

    @Test func `each field that is not as its schema says is shown with what stands there`() throws
    {
        let schema = try JSONSchema(
            JSON.parse(
                Array(
                    #"""
                    {"type":"object","required":["type","service","instance"],
                    "properties":{"cpu":{"type":"number","maximum":1}}}
                    """#.utf8)))
        let schemas = PayloadSchemas(["signal": ["golden_signal_values": schema]])
        let bad = #"""
            {"id":"m","ts":1,"role":"service","topic":"signal","payload":
            {"type":"golden_signal_values","service":"checkout","cpu":7}}
            """#
        let explained = DeadLetterExplanation(of: letter(1, value: bad), schemas: schemas)
        #expect(explained.envelope == nil && explained.type == "golden_signal_values")
        #expect(explained.differences.map(\.path).sorted() == ["payload.cpu", "payload.instance"])
        let text = explained.text(for: Fixtures.console())
        #expect(text.contains("payload.cpu: 7 is more than 1; found 7"), "\(text)")
        #expect(text.contains("payload.instance") && text.contains("nothing is there"))
        let broken = DeadLetterExplanation(of: letter(1, value: "{"), schemas: schemas)
        #expect(broken.envelope != nil)
        let unknown = bad.replacing("golden_signal_values", with: "horoscope")
        let other = DeadLetterExplanation(of: letter(1, value: unknown), schemas: schemas)
        #expect(other.envelope == "payload.type: horoscope is none of signal's")
        let fine = bad.replacing("\"cpu\":7", with: "\"instance\":\"a\"")
        let good = DeadLetterExplanation(of: letter(1, value: fine), schemas: schemas)
        #expect(good.text(for: Fixtures.console()).contains("nothing is wrong with it"))
    }

    @Test func `the status says who sent them, which fields were wrong, and what is in quarantine`()
        throws
    {
        var ledger = Ledger()
        ledger.quarantine(DeadLetterPlace(topic: .signal, partition: 2, offset: 1))
        ledger.quarantine(
            DeadLetterPlace(topic: .signal, partition: 2, offset: 2), isReleased: true)
        var tally = DeadLetterTally(topics: [.signal], ledger: ledger, nowMs: Self.nowMs)
        tally.take(letter(1))
        tally.take(letter(2))
        tally.take(letter(3, message: "no field at all", source: nil))
        let text = tally.text(for: Fixtures.console())
        #expect(
            text.contains(
                "from /dreamnet/checkout 2, unknown 1; fields payload.cpu 2; 1 in quarantine"),
            "\(text)")
        #expect(try tally.json().contains("\"producers\""))
        let report = DeadLetterReport([letter(1)], nowMs: Self.nowMs, ledger: ledger)
        #expect(report.table(for: Fixtures.console()).contains("schema, quarantined"))
    }
}
