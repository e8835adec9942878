internal import Contracts
internal import JSON
internal import Streams

/// What people, apps and producers of any kind send: signals, orders, the same again, late, with an
/// id that was used, and what is no message.
final class SimulatedLoad {
    private let world: World
    private var orders = OrderScript()
    private var signals = 0
    private var failing: Set<String> = [Cast.services[0]]
    private var sent: [LoadMessage] = []
    private var ids: [(topic: BusTopic, key: String, id: String)] = []
    private var held: [(message: LoadMessage, untilMs: Int64)] = []
    private var nonsense = 0
    /// What has to become of what was sent.
    private(set) var fates: [LogPosition: LoadMessage.Fate] = [:]
    private(set) var count = 0

    init(_ world: World) { self.world = world }

    /// Sends the next message, if the broker is there.
    func next() {
        guard !world.isOut else { return }
        if let index = held.firstIndex(where: { $0.untilMs <= world.elapsedMs }) {
            let late = held.remove(at: index)
            return send(late.message)
        }
        let roll = world.random.below(100)
        switch roll {
        case 0..<8: sendAgain()
        case 8..<12: sendConflict()
        case 12..<20: sendPoison()
        default:
            let message = make()
            guard roll < 28, message.topic != .signal else { return send(message) }
            world.note(.delay)
            held.append((message, world.elapsedMs + world.random.within(100...30_000)))
        }
    }

    /// Sends what was held back.
    func flush() {
        for late in held { send(late.message) }
        held = []
    }

    /// A message, as it may be written into a transaction of somebody else's.
    func makeForeign() -> LoadMessage { ingress(of: signal()) }

    // MARK: What is sent

    private func make() -> LoadMessage {
        if world.random.chance(1, of: 15), let service = world.random.pick(Cast.services) {
            if failing.remove(service) == nil { failing.insert(service) }
        }
        return switch world.random.below(10) {
        case 0..<5: signal()
        case 5..<7: ingress(of: signal())
        case 7: ingress(of: order())
        default: order()
        }
    }

    private func signal() -> LoadMessage {
        signals += 1
        let service = world.random.pick(Cast.services) ?? ""
        let instance = "\(service)-\(world.random.pick(Cast.instances) ?? "")"
        let isFailing = failing.contains(service)
        let p95Ms = isFailing ? 7_000 : 20 + world.random.below(100)
        return LoadMessage(
            topic: .signal, key: service,
            value: Self.envelope(
                "sig-\(signals)", world.nowMs, "service", "signal",
                #"{"type":"golden_signal_values","service":"\#(service)","instance":"#
                    + #""\#(instance)","latencyP95Ms":\#(p95Ms),"errorRate":"#
                    + #"\#(isFailing ? 0.5 : 0.001),"requestsPerSecond":100,"cpu":0.3,"#
                    + #""memory":0.4}"#),
            fate: .taken)
    }

    private func order() -> LoadMessage {
        let (id, service, payload) = orders.next(
            nowMs: world.nowMs, incidents: incidents(), &world.random)
        return LoadMessage(
            topic: .command, key: service,
            value: Self.envelope(id, world.nowMs, "operator", "command", payload), fate: .taken)
    }

    private func ingress(of message: LoadMessage) -> LoadMessage {
        LoadMessage(
            topic: .ingress, key: world.random.pick(Cast.producers) ?? "", value: message.value,
            fate: message.fate)
    }

    /// The incidents that people see.
    private func incidents() -> [String] {
        let topic = BusTopic.incident.rawValue
        let partition = Int32(world.random.below(world.plan.partitions))
        return (try? world.broker.read(topic, partition: partition))?.suffix(3).compactMap {
            $0.value.flatMap { try? Envelope(parsing: $0) }?.payload["incidentId"]?.stringValue
        } ?? []
    }

    private func sendAgain() {
        guard var message = world.random.pick(sent) else { return }
        world.note(.duplicate)
        if message.topic != .signal { message.fate = .duplicate }
        send(message, isFirst: false)
    }

    /// An id that was used, with other words.
    private func sendConflict() {
        guard let (topic, key, id) = world.random.pick(ids) else { return }
        world.note(.poison)
        nonsense += 1
        let payload =
            #"{"type":"set_write_drain","author":"mallory","service":"\#(Cast.services[0])","#
            + #""enabled":true,"reason":"another order \#(nonsense)"}"#
        let value = Self.envelope(id, world.nowMs, "operator", "command", payload)
        send(
            LoadMessage(topic: topic, key: key, value: value, fate: .dead(.idConflict)),
            isFirst: false)
    }

    private func sendPoison() {
        world.note(.poison)
        nonsense += 1
        let id = "bad-\(nonsense)"
        let (topic, code, kind, payload): (BusTopic, Rejection.Code, String, String) =
            switch world.random.below(7) {
            case 0: (.command, .unknownType, "command", #"{"type":"make_coffee","author":"a"}"#)
            case 1: (.command, .schema, "command", #"{"type":"set_safe_mode","author":"a"}"#)
            case 2: (.ingress, .noRoute, "gossip", #"{"type":"rumour","service":"search"}"#)
            case 3: (.ingress, .unknownType, "signal", #"{"type":"horoscope","service":"a"}"#)
            case 4: (.ingress, .schema, "signal", #"{"type":"golden_signal_values"}"#)
            case 5: (.signal, .malformed, "signal", "")
            default: (.command, .malformed, "command", "")
            }
        let value =
            payload.isEmpty
            ? "\u{7f}ELF \(nonsense) {[" : Self.envelope(id, world.nowMs, "operator", kind, payload)
        send(
            LoadMessage(
                topic: topic, key: Cast.services[nonsense % 3], value: value, fate: .dead(code)),
            isFirst: false)
    }

    private func send(_ message: LoadMessage, isFirst: Bool = true) {
        let topic = message.topic.rawValue
        let count = message.topic == .command ? 1 : world.plan.partitions
        let partition = Murmur2.partition(key: message.key, count: count)
        guard
            (try? world.broker.produce(
                topic, partition: partition, key: Array(message.key.utf8),
                value: Array(message.value.utf8))) != nil,
            let end = try? world.broker.offsets(topic, partition: partition).end
        else { return }
        self.count += 1
        fates[LogPosition(topic: topic, partition: partition, offset: end - 1)] = message.fate
        guard isFirst else { return }
        sent.append(message)
        if message.topic != .signal, let id = Self.id(in: message.value) {
            ids.append((message.topic, message.key, id))
        }
    }

    // MARK: Text

    private static func envelope(
        _ id: String, _ ts: Int64, _ role: String, _ topic: String, _ payload: String
    ) -> String {
        #"{"id":"\#(id)","ts":\#(ts),"role":"\#(role)","topic":"\#(topic)","payload":\#(payload)}"#
    }

    /// The id at the beginning of a message of the load.
    private static func id(in value: String) -> String? {
        let mark = #"{"id":""#
        guard value.hasPrefix(mark) else { return nil }
        return String(value.dropFirst(mark.count).prefix { $0 != "\"" })
    }
}
