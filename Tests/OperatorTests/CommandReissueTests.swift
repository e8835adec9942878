import Contracts
import OperatorDomain
import Streams
import Testing

/// Dead commands that a person gives again.
@Suite struct CommandReissueTests {
    private func reissue(
        _ payload: String, source: String = "nervous.command", replays: String = "0"
    ) -> CommandReissue {
        CommandReissue.of(
            DeadLetterRecord(
                place: DeadLetterPlace(topic: .command, partition: 0, offset: 15), key: nil,
                value: Array(
                    #"{"id":"c1","ts":5,"role":"operator","topic":"command","payload":\#(payload)}"#
                        .utf8),
                headers: [
                    RecordHeader("dlq.topic", text: source),
                    RecordHeader("dlq.replay_count", text: replays),
                ]), author: "bob", nowMs: 1_000)
    }

    @Test(arguments: [
        (#""service":"checkout""#, "checkout"), (#""all":true,"except":["billing"]"#, "*"),
    ])
    func `it is a new order of whoever gives it, named after the letter`(
        scope: String, key: String
    ) throws {
        let made = reissue(#"{"type":"set_safe_mode","author":"alice","enabled":true,\#(scope)}"#)
        guard case .order(let order) = made else {
            Issue.record("\(made)")
            return
        }
        #expect(order.id == "c1~command/0/15")
        #expect(order.payload.author == "bob" && order.payload.enabled == true)
        let message = try order.message(nowMs: 1_000)
        #expect(message.key == Array(key.utf8))
        #expect(try Envelope(parsing: message.value).ts == 1_000)
    }

    @Test(arguments: [
        (#"{"type":"set_safe_mode","author":"alice","enabled":true}"#, "names neither"),
        (#"{"type":"horoscope","author":"alice"}"#, "still wrong"),
        (
            #"{"type":"set_safe_mode","author":"al","enabled":true,"all":true,"expiresAt":999}"#,
            "ended by itself"
        ),
    ])
    func `what cannot be given again stays`(payload: String, why: String) {
        guard case .keep(let reason) = reissue(payload) else {
            Issue.record("it is given again")
            return
        }
        #expect(reason.contains(why), "\(reason)")
    }

    @Test func `another topic's, and what comes back for ever, stays`() {
        let payload = #"{"type":"set_safe_mode","author":"al","enabled":true,"all":true}"#
        for made in [reissue(payload, source: "nervous.request"), reissue(payload, replays: "5")] {
            guard case .keep = made else {
                Issue.record("\(made)")
                return
            }
        }
    }
}
