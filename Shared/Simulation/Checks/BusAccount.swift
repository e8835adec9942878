internal import Contracts
internal import JSON
internal import Streams

/// What the topics say at rest, gathered record by record: what was sent, and what became of it.
struct BusAccount {
    private struct Order {
        let role: Role
        let request: RequestPayload?
    }

    private struct Arrival {
        let position: LogPosition
        let digest: [UInt8]
    }

    /// Clocks were off by more than messages may be ahead of them.
    private let hasWrongClocks: Bool
    private var orders: [String: Order] = [:]
    /// Orders by id, in the order of the topic that they were first on.
    private var finals: [String: [OutcomePayload]] = [:]
    private var finalsInOrder: [OutcomePayload] = []
    private var flags: [String: FlagPayload] = [:]
    private var flagsVersion: Int64 = 0
    /// Why messages lie dead, by place, then by the group that could not take them.
    private var dead: [LogPosition: [(group: String, code: String, reason: String)]] = [:]
    /// Orders that end by themselves: one that is late is none any more.
    private var passing: Set<LogPosition> = []
    /// Well-formed messages of the ingress by key and id.
    private var arrivals: [String: [Arrival]] = [:]
    private var positions: Set<LogPosition> = []
    /// How often the ingress passed an id on, by topic and id.
    private var routed: [String: Int] = [:]
    private var incidents: [String: [IncidentPayload]] = [:]
    private var said: Set<String> = []
    private var faults: [(Violation.Rule, String)] = []

    init(hasWrongClocks: Bool) { self.hasWrongClocks = hasWrongClocks }

    /// Takes the next record of a partition.
    mutating func take(_ topic: String, _ partition: Int32, _ record: InProcessRecord) {
        let position = LogPosition(topic: topic, partition: partition, offset: record.offset)
        guard !topic.hasSuffix(".dlq") else { return take(deadLetter: record, at: position) }
        positions.insert(position)
        guard let bus = BusTopic(rawValue: topic) else { return }
        guard let value = record.value, let envelope = try? Envelope(parsing: value) else {
            if record.value != nil, ![.command, .ingress, .signal].contains(bus) {
                faults.append((.accounting, "\(position): a service wrote what is no message"))
            }
            return
        }
        noteID(envelope, bus, position)
        switch bus {
        case .command, .request:
            // Evidence that is ahead of control-core's clock is none to act upon.
            let isAhead = hasWrongClocks && envelope.payload["evidenceTs"] != nil
            if isAhead || envelope.payload["expiresAt"] != nil { passing.insert(position) }
            take(order: envelope, bus)
        case .ingress:
            let key = "\(record.keyText ?? "-")|\(envelope.id)"
            let arrival = Arrival(position: position, digest: (try? envelope.digest()) ?? [])
            arrivals[key, default: []].append(arrival)
        case .signal: routed["signal|\(envelope.id)", default: 0] += 1
        case .outcome: take(outcome: envelope)
        case .flags: take(flag: envelope, at: position)
        case .incident:
            guard let incident = try? envelope.payload(as: IncidentPayload.self) else { return }
            incidents[incident.service, default: []].append(incident)
        default: return
        }
    }

    /// What services alone write, they say once.
    private mutating func noteID(
        _ envelope: Envelope, _ topic: BusTopic, _ position: LogPosition
    ) {
        switch topic {
        case .outcome, .directive, .setting, .alert, .incident, .notification, .flags, .effect:
            // A copy of a setting lies in each partition; the notifier may say an effect twice.
            if topic == .effect, envelope.type.hasPrefix("notification") { return }
            let key = "\(topic.rawValue)/\(position.partition)/\(envelope.id)"
            guard !said.insert(key).inserted else { return }
            faults.append((.accounting, "\(position): \(envelope.id) was said before"))
        default: return
        }
    }

    private mutating func take(order envelope: Envelope, _ topic: BusTopic) {
        if topic == .request { routed["request|\(envelope.id)", default: 0] += 1 }
        guard orders[envelope.id] == nil else { return }
        orders[envelope.id] = Order(
            role: envelope.role, request: try? envelope.payload(as: RequestPayload.self))
    }

    private mutating func take(outcome envelope: Envelope) {
        guard let outcome = try? envelope.payload(as: OutcomePayload.self), outcome.final,
            outcome.copy != true
        else { return }
        finals[outcome.commandId, default: []].append(outcome)
        finalsInOrder.append(outcome)
    }

    private mutating func take(flag envelope: Envelope, at position: LogPosition) {
        guard let flag = try? envelope.payload(as: FlagPayload.self) else { return }
        if flag.version <= flagsVersion {
            faults.append((.flags, "\(position): version \(flag.version) after \(flagsVersion)"))
        }
        flagsVersion = flag.version
        flags["\(flag.service)/\(flag.flag)"] = flag
    }

    private mutating func take(deadLetter record: InProcessRecord, at position: LogPosition) {
        guard let topic = record.header(DeadLetter.Header.topic),
            let partition = record.header(DeadLetter.Header.partition).flatMap({ Int32($0) }),
            let offset = record.header(DeadLetter.Header.offset).flatMap({ Int64($0) }),
            let code = record.header(DeadLetter.Header.code),
            let group = record.header(DeadLetter.Header.group)
        else {
            faults.append((.accounting, "\(position): a dead letter from nowhere"))
            return
        }
        let reason = record.header(DeadLetter.Header.message) ?? ""
        dead[LogPosition(topic: topic, partition: partition, offset: offset), default: []]
            .append((group, code, reason))
    }

    // MARK: Verdict

    /// Whatever is wrong, a line each.
    /// - Parameters:
    ///   - fates: what has to become of the messages of the load.
    ///   - controlMs: how far the time of control-core has come.
    func breaches(
        _ fates: [LogPosition: LoadMessage.Fate], controlMs: Int64
    ) -> [(Violation.Rule, String)] {
        var account = FlagAccount()
        for outcome in finalsInOrder where outcome.status == .succeeded {
            guard let order = orders[outcome.commandId], let request = order.request else {
                continue
            }
            account.take(outcome, request, role: order.role)
        }
        let flagBreaches = account.differences(from: flags, nowMs: controlMs)
        return faults + outcomeBreaches() + flagBreaches.map { (.flags, $0) }
            + ingressBreaches() + deadLetterBreaches(fates) + incidentBreaches()
    }

    /// Every order has exactly one final outcome, and none was made up.
    private func outcomeBreaches() -> [(Violation.Rule, String)] {
        var breaches: [(Violation.Rule, String)] = []
        for id in orders.keys.sorted() where finals[id]?.count != 1 {
            breaches.append((.outcome, "\(id): \(finals[id]?.count ?? 0) final outcomes"))
        }
        for (id, outcomes) in finals.sorted(by: { $0.key < $1.key }) where orders[id] == nil {
            // The end of a notification is said under the notification's id.
            guard outcomes.count != 1 || outcomes.contains(where: { $0.action != "notify" }) else {
                continue
            }
            breaches.append((.outcome, "\(id): \(outcomes.count) outcomes without an order"))
        }
        return breaches
    }

    /// Every message of the ingress is passed on, known from before, or a dead letter.
    private func ingressBreaches() -> [(Violation.Rule, String)] {
        var expected: [String: Int] = [:]
        var breaches: [(Violation.Rule, String)] = []
        for (key, all) in arrivals.sorted(by: { $0.key < $1.key }) {
            let taken = all.filter { dead[$0.position] == nil }
            let id = String(key[key.index(after: key.firstIndex(of: "|") ?? key.startIndex)...])
            guard !taken.isEmpty else { continue }
            expected[id, default: 0] += 1
            guard Set(taken.map(\.digest)).count > 1 else { continue }
            breaches.append((.accounting, "\(key): taken with two meanings"))
        }
        for (id, count) in expected.sorted(by: { $0.key < $1.key }) {
            // A signal that came by both ways is there twice, so more may be there.
            let passed = (routed["signal|\(id)"] ?? 0) + (routed["request|\(id)"] ?? 0)
            guard passed < count || (orders[id] != nil && passed != count) else { continue }
            breaches.append((.accounting, "\(id): passed on \(passed) times, not \(count)"))
        }
        return breaches
    }

    /// What cannot be taken lies dead once, for the right reason; nothing else does.
    private func deadLetterBreaches(
        _ fates: [LogPosition: LoadMessage.Fate]
    ) -> [(Violation.Rule, String)] {
        var breaches: [(Violation.Rule, String)] = []
        for (position, fate) in fates.sorted(by: { $0.key < $1.key }) {
            let codes = (dead[position] ?? []).map(\.code)
            guard !isRight(codes, fate, position) else { continue }
            breaches.append((.accounting, "\(position) lies dead for \(codes), expected \(fate)"))
        }
        for (position, letters) in dead.sorted(by: { $0.key < $1.key })
        where fates[position] == nil {
            let isRight =
                Set(letters.map(\.group)).count == letters.count && positions.contains(position)
                && letters.allSatisfy { isOfTime($0.code, position) }
            guard !isRight else { continue }
            breaches.append((.accounting, "\(position) lies dead for \(letters)"))
        }
        return breaches
    }

    private func isRight(
        _ codes: [String], _ fate: LoadMessage.Fate, _ position: LogPosition
    ) -> Bool {
        let isLate = codes.count == 1 && isOfTime(codes[0], position)
        switch fate {
        case .dead(let code):
            // What would have been a conflict may follow what was not taken for its time.
            return codes == [code.rawValue] || isLate || hasWrongClocks && codes.isEmpty
        case .taken: return codes.isEmpty || isLate
        case .duplicate:
            // What it repeats was not taken for its time, and another took its id.
            let isConflict = codes == [Rejection.Code.idConflict.rawValue]
            return codes.isEmpty || isLate || hasWrongClocks && isConflict
        }
    }

    /// Whether a message may lie dead for this although it was well-formed: it was on its way for
    /// too long, or a clock was wrong.
    private func isOfTime(_ code: String, _ position: LogPosition) -> Bool {
        switch Rejection.Code(rawValue: code) {
        case .stale: true
        case .schema: passing.contains(position)
        case .fromTheFuture: hasWrongClocks
        default: false
        }
    }

    /// No incident is opened twice, and no service has two that are not resolved.
    private func incidentBreaches() -> [(Violation.Rule, String)] {
        var breaches: [(Violation.Rule, String)] = []
        for (service, turns) in incidents.sorted(by: { $0.key < $1.key }) {
            var opened: Set<String> = []
            var unresolved: Set<String> = []
            for turn in turns {
                if turn.type == "incident_opened", !opened.insert(turn.incidentId).inserted {
                    breaches.append((.accounting, "\(turn.incidentId): opened twice"))
                }
                if turn.state == .resolved {
                    unresolved.remove(turn.incidentId)
                } else {
                    unresolved.insert(turn.incidentId)
                }
                guard unresolved.count > 1 else { continue }
                breaches.append((.accounting, "\(service): \(unresolved.sorted()) at one time"))
            }
        }
        return breaches
    }
}
