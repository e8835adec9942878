import Streams

package import Contracts

/// Orders of several people about many flags, with repetitions, conflicts and nonsense among them.
package struct CommandLoad {
    private var random: SeededRandom
    private var count = 0
    private var sent: [(id: String, service: String, payload: String)] = []
    private let runID: String

    package init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        runID = String(seed, radix: 36)
    }

    /// The next order. `topic`: that of people, or the ingress.
    package mutating func next(nowMs: Int64, topic: BusTopic = .command) -> LoadMessage {
        count += 1
        let roll = Int.random(in: 0..<100, using: &random)
        if roll < 6, let earlier = sent.randomElement(using: &random) {
            return message(earlier.id, earlier.service, earlier.payload, nowMs, topic, .duplicate)
        }
        if roll < 10, let earlier = sent.randomElement(using: &random) {
            let other =
                #"{"type":"set_write_drain","author":"mallory","# + #""service":""#
                + earlier.service + #"","enabled":true,"reason":"another order"}"#
            return message(
                earlier.id, earlier.service, other, nowMs, topic, .deadLetter(.idConflict))
        }
        let id = "cmd-\(runID)-\(count)"
        let service = LoadNames.all.randomElement(using: &random) ?? "shop-0"
        let author = LoadNames.authors.randomElement(using: &random) ?? "alice"
        if roll < 13 {
            return invalid(id, service, author, nowMs, topic)
        }
        let payload = order(author, service)
        sent.append((id, service, payload))
        return message(id, service, payload, nowMs, topic, .taken)
    }

    private mutating func invalid(
        _ id: String, _ service: String, _ author: String, _ nowMs: Int64, _ topic: BusTopic
    ) -> LoadMessage {
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
            return message(
                id, service, #"{"type":"make_coffee","author":"\#(author)"}"#, nowMs, topic,
                .deadLetter(.unknownType))
        case 1:
            return message(
                id, service, #"{"type":"set_safe_mode","author":"\#(author)"}"#, nowMs, topic,
                .deadLetter(.schema))
        default:
            return LoadMessage(
                topic: topic.rawValue, key: service, value: "{\"id\": 7, \u{1} no JSON",
                expectation: .deadLetter(.malformed))
        }
    }

    /// The fields of a well-formed order.
    private mutating func order(_ author: String, _ service: String) -> String {
        let isOn = Bool.random(using: &random)
        let about = #""author":"\#(author)","service":"\#(service)","reason":"load""#
        let overrides = random.chance(percent: 5) ? #","override":true"# : ""
        switch Int.random(in: 0..<9, using: &random) {
        case 0, 1: return #"{"type":"set_safe_mode",\#(about),"enabled":\#(isOn)\#(overrides)}"#
        case 2: return #"{"type":"set_write_drain",\#(about),"enabled":\#(isOn)\#(overrides)}"#
        case 3:
            let module = ["citadel", "ledger"].randomElement(using: &random) ?? "citadel"
            return #"{"type":"set_module",\#(about),"module":"\#(module)","enabled":\#(isOn)}"#
        case 4:
            let percent = Int.random(in: 1...100, using: &random)
            return #"{"type":"set_rate_limit",\#(about),"enabled":\#(isOn),"percent":\#(percent)}"#
        case 5:
            let factor = Int.random(in: 1...8, using: &random)
            return #"{"type":"set_autoscale",\#(about),"enabled":\#(isOn),"factor":\#(factor)}"#
        case 6: return #"{"type":"set_kill_switch",\#(about),"enabled":\#(isOn)\#(overrides)}"#
        case 7:
            let hotkey = "SAFE_MODE=\(isOn ? "on" : "off")"
            return #"{"type":"hotkey",\#(about),"hotkey":"\#(hotkey)"}"#
        default:
            guard random.chance(percent: 20) else {
                return #"{"type":"release_flag",\#(about),"flag":"safe_mode"\#(overrides)}"#
            }
            // It passes through incident-core, whose answer is its outcome.
            return
                #"{"type":"declare_incident","author":"\#(author)","service":"manual-\#(count)","#
                + #""severity":"P2","title":"declared by hand"}"#
        }
    }

    private func message(
        _ id: String, _ key: String, _ payload: String, _ ts: Int64, _ topic: BusTopic,
        _ expectation: Fate
    ) -> LoadMessage {
        LoadMessage(
            topic: topic.rawValue, key: key,
            value: #"{"id":"\#(id)","ts":\#(ts),"role":"operator","topic":"command","#
                + #""payload":\#(payload)}"#,
            expectation: expectation)
    }
}
