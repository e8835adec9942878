import CommandLineKit
import Contracts
import OperatorDomain
import Streams
import Testing
import TopicCatalog

/// Dead letters, and which of them go back.
@Suite struct DeadLetterTests {
    private static let nowMs: Int64 = 1_763_679_600_000

    private func letter(
        code: String = "schema", source: String? = "nervous.signal", replays: Int? = nil,
        digest: String? = nil, value: [UInt8]? = Array(#"{"id":"m1","ts":1763670000000}"#.utf8),
        lastFailure: String = "\(nowMs - 60_000)", extra: [RecordHeader] = []
    ) -> DeadLetterRecord {
        var headers = [
            RecordHeader("traceparent", text: "00-1"), RecordHeader("dlq.code", text: code),
            RecordHeader("dlq.message", text: "payload.service: missing"),
            RecordHeader("dlq.service", text: "os-core"), RecordHeader("dlq.attempt", text: "2"),
            RecordHeader("dlq.last_failure", text: lastFailure),
        ]
        if let source { headers.append(RecordHeader("dlq.topic", text: source)) }
        if let replays { headers.append(RecordHeader("dlq.replay_count", text: "\(replays)")) }
        if let digest { headers.append(RecordHeader("dlq.digest", text: digest)) }
        return DeadLetterRecord(
            place: DeadLetterPlace(topic: .signal, partition: 2, offset: 15),
            key: Array("checkout".utf8), value: value, headers: headers + extra)
    }

    private func decide(
        _ letter: DeadLetterRecord, policy: ReplayPolicy = .history, foreign: Bool = false
    ) -> ReplayDecision {
        ReplayDecision.of(
            letter, to: .signal, policy: policy, runID: "r1", nowMs: Self.nowMs,
            takesForeign: foreign)
    }

    private func isKept(_ decision: ReplayDecision) -> Bool {
        switch decision {
        case .keep, .quarantine: true
        case .send: false
        }
    }

    @Test func `a letter goes back with its own headers and one replay more`() throws {
        guard case .send(let headers) = decide(letter(replays: 1)) else {
            Issue.record("not sent")
            return
        }
        let names = headers.map(\.name)
        #expect(
            names == ["traceparent", "dlq.attempt", "dlq.replay_id", "dlq.replay_count"])
        #expect(headers.last?.value == Array("2".utf8))
    }

    @Test(arguments: [
        (DeadLetterFilter(), true), (DeadLetterFilter(code: "schema", service: "os-core"), true),
        (DeadLetterFilter(code: "stale"), false),
        (DeadLetterFilter(service: "control-core"), false),
        (DeadLetterFilter(key: "checkout"), true), (DeadLetterFilter(key: "check"), false),
        (DeadLetterFilter(type: "signal_sample"), true), (DeadLetterFilter(type: "other"), false),
        (DeadLetterFilter(text: "missing"), true), (DeadLetterFilter(text: "\"m7\""), true),
        (DeadLetterFilter(text: "nowhere"), false),
        (DeadLetterFilter(fromMs: nowMs - 60_000, untilMs: nowMs), true),
        (DeadLetterFilter(fromMs: nowMs - 59_999), false),
        (DeadLetterFilter(untilMs: nowMs - 60_000), false),
    ])
    func `a filter passes what all of its parts pass`(filter: DeadLetterFilter, passes: Bool) {
        let letter = letter(
            value: Array(#"{"id":"m7","payload":{"type":"signal_sample"}}"#.utf8))
        #expect(filter.passes(letter) == passes)
    }

    @Test func `a header cannot send a letter to another topic`() {
        #expect(isKept(decide(letter(source: "nervous.command"))))
        #expect(isKept(decide(letter(source: nil))))
    }

    @Test func `what was not kept, or came back too often, stays`() {
        #expect(isKept(decide(letter(digest: "ab"))))
        #expect(isKept(decide(letter(value: nil))))
        #expect(isKept(decide(letter(replays: 5))))
        guard case .quarantine = decide(letter(replays: 5)) else {
            Issue.record("no quarantine")
            return
        }
        let released = ReplayDecision.of(
            letter(replays: 9), to: .signal, policy: .history, runID: "r1", nowMs: Self.nowMs,
            isReleased: true)
        guard case .send(let headers) = released else {
            Issue.record("\(released)")
            return
        }
        #expect(headers.last?.value == Array("10".utf8))
    }

    @Test func `what only waits for its turn may come back as often as what it waits for`() {
        #expect(!isKept(decide(letter(code: "parked", replays: 5))))
    }

    @Test(arguments: [Int64.min, -1, 253_402_300_800_000, .max])
    func `a time that is none of this calendar is taken for none`(ms: Int64) {
        let strange = letter(
            value: Array(#"{"id":"m","ts":\#(ms)}"#.utf8), lastFailure: "\(ms)")
        #expect(strange.messageTs == nil && strange.failedAtMs == nil)
        #expect(!isKept(decide(strange)))
        var tally = DeadLetterTally(topics: [.signal], nowMs: Self.nowMs)
        tally.take(strange)
        #expect(tally.text(for: Fixtures.console()).contains("schema 1"))
    }

    @Test func `what could still fire stays, unless the topic is free`() {
        let young = letter(value: Array(#"{"id":"m","ts":\#(Self.nowMs - 119_999)}"#.utf8))
        #expect(isKept(decide(young)))
        #expect(!isKept(decide(young, policy: .free)))
    }

    @Test(arguments: [ReplayPolicy.reissue, .never])
    func `a topic that is not to be replayed is refused`(policy: ReplayPolicy) {
        #expect(ReplayDecision.refusal(of: "nervous.command", policy) != nil)
        #expect(isKept(decide(letter(), policy: policy)))
    }

    @Test(arguments: [
        ("signal/2/15", true), ("nervous.signal.dlq/2/15", true), ("nervous.signal/2/15", true),
        ("dlq-signal/2/15", true),
        ("dlq-nonsense/2/15", false), ("signal/2", false), ("nonsense/2/15", false),
        ("signal/-1/15", false),
        ("signal/2/x", false),
    ])
    func `a place is written as topic, partition and offset`(text: String, isPlace: Bool) {
        let place = DeadLetterPlace(text)
        #expect((place != nil) == isPlace)
        #expect(place.map { $0.description == "signal/2/15" } ?? true)
    }

    @Test func `letters are counted by reason`() throws {
        var tally = DeadLetterTally(topics: [.signal, .alert], nowMs: Self.nowMs)
        for code in ["schema", "schema", "stale"] { tally.take(letter(code: code)) }
        let text = tally.text(for: Fixtures.console())
        #expect(text.contains("nervous.signal.dlq"))
        #expect(text.contains("schema 2, stale 1"))
        #expect(!text.contains("nervous.alert.dlq"))
        #expect(
            DeadLetterTally(topics: [.signal], nowMs: 0).text(for: Fixtures.console())
                == "No dead letters in 1 topic.\n")
    }

    private func parked(
        _ turn: String, code: String = "parked", partition: String = "1"
    ) -> DeadLetterRecord {
        letter(
            code: code,
            extra: [
                RecordHeader("dlq.turn", text: turn),
                RecordHeader("dlq.partition", text: partition),
            ])
    }

    @Test func `what keeps its place in a line goes back to its partition with it`() throws {
        guard case .send(let headers) = decide(parked("os-core/7/3")) else {
            Issue.record("not sent")
            return
        }
        #expect(headers.contains(RecordHeader("dlq.turn", text: "os-core/7/3")))
        #expect(parked("os-core/7/3").partition(of: 4) == 1)
        #expect(letter().partition(of: 4) == nil)
        for hostile in ["4", "-1", "x", "99999999999"] {
            #expect(parked("os-core/7/3", partition: hostile).partition(of: 4) == nil)
        }
    }

    @Test func `to give up what others wait for lets them go on`() {
        #expect(
            parked("os-core/7/3").release == [RecordHeader("dlq.released", text: "os-core/7/3")])
        #expect(letter().release == nil)
        #expect(
            letter(
                source: "nervous.command", extra: [RecordHeader("dlq.turn", text: "os-core/7/3")]
            ).release == nil)
    }

    @Test func `parked keys are counted, and what waits behind them`() throws {
        var tally = DeadLetterTally(topics: [.signal], nowMs: Self.nowMs)
        tally.take(parked("os-core/7/0", code: "schema"))
        tally.take(parked("os-core/7/1"))
        tally.take(parked("os-core/7/1", partition: "2"))
        tally.take(letter())
        let text = tally.text(for: Fixtures.console())
        #expect(text.contains("2 keys parked in nervous.signal.dlq: 2 messages waiting"))
        #expect(try tally.json().contains("\"parkedKeys\": 2"))
    }

    @Test func `a letter of another tool goes back where that is said`() {
        #expect(isKept(decide(letter(source: nil))))
        #expect(!isKept(decide(letter(source: nil), foreign: true)))
        #expect(isKept(decide(letter(source: "nervous.command"), foreign: true)))
    }

    @Test func `a letter is shown with reason, headers and value, made harmless`() throws {
        let evil = letter(
            value: Array("\u{1B}[2J".utf8), extra: [RecordHeader("x\u{1B}", [0x1b, 0xff])])
        let report = DeadLetterReport([evil], nowMs: Self.nowMs)
        let text = report.whole(for: Fixtures.console())
        #expect(text.contains("signal/2/15  schema: payload.service: missing"))
        #expect(text.contains("value: 4 bytes\n\\u{1B}[2J"))
        #expect(!text.contains("\u{1B}"))
        let table = report.table(for: Fixtures.console())
        #expect(table.contains("signal/2/15") && table.contains("1 min ago"))
        #expect(try report.json().contains("\"place\": \"signal/2/15\""))
    }
}
