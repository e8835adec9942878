import Contracts
import OperatorDomain
import Streams
import Testing

/// What goes to `nervous.command`.
@Suite struct OrderMessageTests {
    private let order = OperatorOrder(
        id: "abc", isRepetition: false, scope: .all(except: ["billing"]),
        payload: CommandPayload(
            type: "set_safe_mode", author: "alice", all: true, except: ["billing"], enabled: true))

    @Test func `the message is a command of a person under the key of its scope`() throws {
        let message = try order.message(nowMs: 1_763_679_600_000)
        #expect(String(decoding: message.key, as: UTF8.self) == "*")
        let envelope = try Envelope(parsing: message.value)
        #expect(envelope.id == "abc" && envelope.role == .operator && envelope.topic == "command")
        #expect(envelope.ts == 1_763_679_600_000)
        #expect(try envelope.payload(as: CommandPayload.self) == order.payload)
        #expect(message.headers.contains { $0.name == "ce_id" && $0.value == Array("abc".utf8) })
        #expect(message.headers.contains { $0.name == "traceparent" })
    }

    @Test func `a repetition may end its hold later, and say nothing else otherwise`() {
        var recorded = order.payload
        #expect(order.says(theSameAs: recorded))
        recorded.reason = "another"
        #expect(!order.says(theSameAs: recorded))
        recorded = order.payload
        recorded.expiresAt = 5
        #expect(!order.says(theSameAs: recorded))
        var later = order.payload
        later.expiresAt = 9
        let timed = OperatorOrder(
            id: "abc", isRepetition: true, scope: order.scope, payload: later)
        #expect(timed.says(theSameAs: recorded))
    }
}
