import CommandLineKit
import Contracts
import OperatorDomain
import Streams
import TopicCatalog

extension FuzzTarget {
    /// The headers of a record, a line each as `name: value`: trace context, the dead letter that
    /// the record becomes, and what its readers make of it.
    static let headers = FuzzTarget("headers") { bytes in
        let headers = bytes.split(separator: 0x0A).prefix(32).map { line in
            let parts = line.split(separator: 0x3A, maxSplits: 1, omittingEmptySubsequences: false)
            return RecordHeader(
                String(decoding: parts[0], as: UTF8.self),
                parts.count == 2 ? Array(parts[1]) : nil)
        }
        for header in headers { checkTrace(String(decoding: header.value ?? [], as: UTF8.self)) }
        let harness = must("a harness") { try ReducerHarness(at: nowMs) { Refusing() } }
        _ = must("a dead letter") {
            try harness.send(key: nil, value: bytes, to: BusTopic.alert.rawValue, headers: headers)
        }
        guard let letter = harness.deadLetters.first, harness.deadLetters.count == 1 else {
            violated("\(harness.deadLetters.count) dead letters of one message")
        }
        checkLetter(letter.record, of: headers)
    }

    private static let nowMs: Int64 = 1_763_679_600_000

    private static func checkTrace(_ text: String) {
        let valid = TraceContext.valid(text)
        if let valid {
            expect(valid.utf8.count == 55, "a traceparent of \(valid.utf8.count) bytes")
            let hex = "0123456789abcdef-".utf8
            expect(valid.utf8.allSatisfy { hex.contains($0) }, "a traceparent of other characters")
        }
        let child = TraceContext.child(of: valid, messageID: text)
        expect(TraceContext.valid(child) != nil, "the child is no traceparent")
        expect(child.utf8.count == 55, "the child has \(child.utf8.count) bytes")
    }

    private static func checkLetter(_ record: HarnessOutput, of headers: [RecordHeader]) {
        let own = headers.filter { !$0.name.hasPrefix("dlq.") }
        let kept = record.headers.filter { !$0.name.hasPrefix("dlq.") }
        expect(kept == own, "the message's own headers are not kept")
        expect((record.header(DeadLetter.Header.message) ?? "").utf8.count <= 8_192, "too long")
        let letter = DeadLetterRecord(
            place: DeadLetterPlace(topic: .alert, partition: 0, offset: 0), key: nil,
            value: record.value, headers: record.headers)
        expect(letter.code == Rejection.Code.schema.rawValue, "code \(letter.code)")
        expect(letter.failedAtMs == nowMs, "failed at \(letter.failedAtMs ?? -1)")
        let decision = ReplayDecision.of(
            letter, to: .alert, policy: .free, runID: "r", nowMs: nowMs)
        if case .send(let sent) = decision {
            let source = DeadLetterRecord(
                place: letter.place, key: nil, value: record.value, headers: sent)
            expect(source.replayCount == letter.replayCount + 1, "a replay is not counted")
        }
        let output = CapturedOutput()
        let report = DeadLetterReport([letter], nowMs: nowMs)
        expectSafe(report.table(for: output.console()))
        expectSafe(report.whole(for: output.console()))
        _ = must("the report as JSON") { try report.json() }
        var tally = DeadLetterTally(topics: [.alert], nowMs: nowMs)
        tally.take(letter)
        expectSafe(tally.text(for: output.console()))
    }

    /// Text for a terminal: nothing in it drives the terminal.
    static func expectSafe(_ text: String) {
        let bad = text.unicodeScalars.first {
            ($0.value < 0x20 && $0 != "\n") || (0x7F...0x9F).contains($0.value)
        }
        expect(bad == nil, "control character \(bad?.value ?? 0) in \(text.debugDescription)")
    }
}

/// Takes no message.
private struct Refusing: Reducer {
    let topology = Topology(
        service: "fuzz", inputs: [BusTopic.alert.rawValue], outputs: [], changelog: nil)
    let tables: [any StateStore] = []
    let timers: Timers? = nil

    mutating func reduce(
        _ record: borrowing InputRecord, _ context: ReducerContext
    ) throws(Rejection) {
        // The text of a rejection quotes the message.
        let text = String(decoding: record.copyValue() ?? [], as: UTF8.self)
        throw Rejection(.schema, text + text)
    }

    mutating func fire(_ timer: String, dueMs: Int64, _ context: ReducerContext) {}
}
