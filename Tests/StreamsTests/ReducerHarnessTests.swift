import Contracts
import Streams
import Testing

struct ReducerHarnessTests {
    @Test func `what a reducer says comes back, with ids derived from the message`() throws {
        let harness = try ReducerHarness(at: 1_000) { TallyReducer() }
        let outputs = try harness.send(TallyReducer.alert("checkout"), key: "checkout", id: "a1")
        let again = try ReducerHarness(at: 9_000) { TallyReducer() }
            .send(TallyReducer.alert("checkout"), key: "checkout", id: "a1")
        #expect(outputs.count == 1)
        #expect(outputs.first?.topic == "nervous.heartbeat")
        #expect(outputs.first?.key == "checkout")
        #expect(outputs.first?.envelope?.id != nil)
        #expect(outputs.first?.envelope?.id == again.first?.envelope?.id)
        #expect(outputs.first?.envelope?.ts == 1_000)
        #expect(outputs.first?.header("ce_type") == "dreamnet.heartbeat.subscriber_heartbeat")
    }

    @Test func `tables and timers come back after a restart`() throws {
        let harness = try ReducerHarness(at: 1_000) { TallyReducer() }
        try harness.send(TallyReducer.alert("checkout"), key: "checkout")
        try harness.restart()
        let outputs = try harness.send(TallyReducer.alert("checkout"), key: "checkout")
        let payload: HeartbeatPayload? = outputs.first?.payload()
        #expect(payload?.flagsVersion == 2)
        try harness.restart()
        let fired = try harness.advance(to: 100_000)
        #expect(
            fired.compactMap { $0.payload(as: HeartbeatPayload.self)?.flagsVersion } == [61_000])
        #expect(fired.first?.envelope?.ts == 61_000)
        #expect(harness.nowMs == 100_000)
        try harness.restart()
        #expect(harness.nextDueMs == nil)
    }

    @Test func `after an outage timers fire late, at the time that it is then`() throws {
        let harness = try ReducerHarness(at: 0) { TallyReducer() }
        try harness.send(TallyReducer.alert("checkout"), key: "checkout")
        let fired = try harness.advance(to: 3_600_000, jump: true)
        #expect(fired.first?.envelope?.ts == 3_600_000)
    }

    @Test(arguments: [
        ("not JSON", Rejection.Code.malformed),
        (
            #"{"id":"1","ts":1,"role":"system","topic":"alert","payload":{"type":"x"}}"#,
            .unknownType
        ),
        (
            #"{"id":"1","ts":1,"role":"system","topic":"alert","payload":{"type":"alert_raised"}}"#,
            .schema
        ),
    ])
    func `a message that cannot be taken is a dead letter and changes nothing`(
        text: String, code: Rejection.Code
    ) throws {
        let harness = try ReducerHarness(at: 7) { TallyReducer() }
        let outputs = try harness.send(text: text, to: .alert, key: "k")
        #expect(outputs.isEmpty)
        let letter = try #require(harness.deadLetters.first)
        #expect(letter.code == code)
        #expect(letter.record.topic == "nervous.alert.dlq")
        #expect(letter.record.key == "k")
        #expect(letter.record.value == Array(text.utf8))
        #expect(letter.record.header("dlq.offset") == "0")
        #expect(letter.record.header("dlq.last_failure") == "7")
    }

    @Test func `a refused message is undone, and with keepsOutputs it is not`() throws {
        let harness = try ReducerHarness { TallyReducer() }
        let none = try harness.send(TallyReducer.alert("checkout", reason: "refuse"), key: "c")
        #expect(none.isEmpty)
        #expect(harness.reducer.counts["checkout"] == nil)
        #expect(harness.nextDueMs == nil)
        let kept = try harness.send(
            TallyReducer.alert("checkout", reason: "refuse, but say so"), key: "c")
        #expect(kept.count == 1)
        #expect(harness.reducer.counts["checkout"] == 1)
        #expect(harness.deadLetters.map(\.code) == [.refused, .refused])
    }

    @Test func `memory outside the tables is found out`() throws {
        let harness = try ReducerHarness {
            var reducer = TallyReducer()
            reducer.leaks = true
            return reducer
        }
        let error = #expect(throws: HarnessError.self) {
            try harness.send(TallyReducer.alert("checkout"), key: "c")
        }
        #expect(error?.code == .notDeterministic)
    }

    @Test func `a topic that the reducer does not read is refused`() throws {
        let harness = try ReducerHarness { TallyReducer() }
        let error = #expect(throws: HarnessError.self) {
            try harness.send(text: "{}", to: .command, key: "c")
        }
        #expect(error?.code == .unknownInput)
    }
}
