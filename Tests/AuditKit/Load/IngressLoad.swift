import Contracts
import Streams

/// What producers of any kind put into the ingress: signals and orders, repetitions, conflicts,
/// kinds and types that nobody knows, times ahead, and bytes that are no message.
package struct IngressLoad {
    private var random: SeededRandom
    private var signals: SignalLoad
    private var count = 0
    private var sent: [(key: String, value: String, id: String)] = []
    private let runID: String

    package init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        signals = SignalLoad(seed: seed &+ 1)
        runID = String(seed, radix: 36)
    }

    package mutating func next(nowMs: Int64) -> LoadMessage {
        count += 1
        let id = "in-\(runID)-\(count)"
        let key = "producer-\(count % 23)"
        let service = LoadNames.healthy.randomElement(using: &random) ?? "shop-0"
        let signal = signals.payload(service, "outside-\(count % 7)")
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<10:
            guard let earlier = sent.randomElement(using: &random) else { break }
            return message(earlier.key, earlier.value, .duplicate)
        case 10..<12:
            guard let earlier = sent.randomElement(using: &random) else { break }
            let other = signals.payload(service, "conflict-\(count)")
            return message(
                earlier.key, signals.envelope(earlier.id, nowMs, other),
                .deadLetter(.idConflict))
        case 12..<14:
            return message(
                key,
                #"{"id":"\#(id)","ts":\#(nowMs),"role":"service","topic":"gossip","#
                    + #""payload":{"type":"rumour","service":"\#(service)"}}"#,
                .deadLetter(.noRoute))
        case 14..<16:
            return message(
                key,
                #"{"id":"\#(id)","ts":\#(nowMs),"role":"service","topic":"signal","#
                    + #""payload":{"type":"horoscope","service":"\#(service)"}}"#,
                .deadLetter(.unknownType))
        case 16..<18:
            return message(key, "\u{0}\u{1}[[[{\(id)", .deadLetter(.malformed))
        case 18:
            return message(
                key, signals.envelope(id, nowMs + 3_600_000, signal),
                .deadLetter(.fromTheFuture))
        case 19:
            return message(
                key, signals.envelope(id, nowMs, #"{"type":"golden_signal_values"}"#),
                .deadLetter(.schema))
        case 20..<25:
            let order =
                #"{"type":"set_write_drain","author":"outsider","service":"\#(service)","#
                + #""enabled":\#(Bool.random(using: &random))}"#
            return remember(
                key,
                #"{"id":"\#(id)","ts":\#(nowMs),"role":"operator","topic":"command","#
                    + #""payload":\#(order)}"#, id)
        default: break
        }
        return remember(key, signals.envelope(id, nowMs, signal), id)
    }

    private mutating func remember(_ key: String, _ value: String, _ id: String) -> LoadMessage {
        sent.append((key, value, id))
        return message(key, value, .taken)
    }

    private func message(
        _ key: String, _ value: String, _ expectation: Fate
    ) -> LoadMessage {
        LoadMessage(
            topic: BusTopic.ingress.rawValue, key: key, value: value, expectation: expectation)
    }
}
