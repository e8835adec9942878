import Streams

package import Contracts
package import StreamsKafka

/// What the topics say, gathered record by record: who was sent what, and what became of it.
package struct TopicAudit {
    /// A place in the log.
    package struct Position: Hashable, CustomStringConvertible {
        package let topic: String
        package let partition: Int32
        package let offset: Int64

        package var description: String { "\(topic)[\(partition)]@\(offset)" }
    }

    package struct Order {
        package let role: Role
        package let request: RequestPayload
    }

    /// What the load is sent to.
    package static let entrances: [BusTopic] = [.command, .signal, .ingress]
    /// What services alone write, each message once.
    private static let said: [BusTopic] = [
        .outcome, .directive, .effect, .setting, .alert, .incident, .request, .notification,
        .heartbeat,
    ]
    /// Where something may lie dead that should not.
    private static let deadLetters =
        (entrances + [
            .request, .effect, .outcome, .directive, .setting, .alert, .incident,
        ]).map(\.deadLetterName)
    package static let topics =
        (entrances + said + [.flags]).map(\.rawValue) + deadLetters

    /// Of each message of the load, by its place, what has to become of it.
    package private(set) var expected: [Position: Fate] = [:]
    /// The id of each message of the load that has one and was to be taken.
    package private(set) var takenIDs: [String: [String]] = [:]
    /// The ids of the orders of people that have to be answered.
    package private(set) var answeredIDs: Set<String> = []
    /// Where the messages came from that lie dead, with the reasons.
    package private(set) var dead: [Position: [String]] = [:]
    /// How often each id was passed on by the ingress.
    package private(set) var routed: [String: Int] = [:]
    /// Orders as they were first given, by id.
    package private(set) var orders: [String: Order] = [:]
    /// Final outcomes by the id of the order, copies left out.
    package private(set) var finals: [String: [OutcomePayload]] = [:]
    /// The same in the order in which they were said, by service.
    package private(set) var finalsOfService: [String: [OutcomePayload]] = [:]
    /// The last record of each flag.
    package private(set) var flags: [String: FlagPayload] = [:]
    /// The life of the incidents of each service, in order.
    package private(set) var incidents: [String: [IncidentPayload]] = [:]
    /// The first offset after each partition's last record.
    package private(set) var ends: [String: [Int32: Int64]] = [:]
    /// How many records each topic has.
    package private(set) var counts: [String: Int] = [:]
    /// What is wrong whatever follows.
    package private(set) var faults: [Breach] = []

    /// How many final outcomes were said, copies left out.
    package private(set) var finalCount = 0

    private var seenIDs: [String: Set<String>] = [:]
    private var flagsVersion: Int64 = 0

    package init() {}

    /// Takes the next record of a partition.
    package mutating func take(_ record: ReadRecord) {
        let topic = record.topic
        counts[topic, default: 0] += 1
        ends[topic, default: [:]][record.partition] = record.offset + 1
        if topic.hasSuffix(".dlq") { return take(deadLetter: record) }
        note(fateOf: record)
        // Signals are the bulk: the header says all that is asked of them.
        if topic == BusTopic.signal.rawValue || topic == BusTopic.heartbeat.rawValue {
            if let id = record.headerText("ce_id") { routed["\(topic)/\(id)", default: 0] += 1 }
            return
        }
        guard topic != BusTopic.ingress.rawValue else { return }
        guard let value = record.value, let envelope = try? Envelope(parsing: value) else {
            if !Self.entrances.map(\.rawValue).contains(topic) {
                faults.append(
                    Breach(.wrong, "\(position(record)): a service wrote what is no message"))
            }
            return
        }
        if Self.said.map(\.rawValue).contains(topic) {
            let place = "\(topic)[\(record.partition)]"
            if !seenIDs[place, default: []].insert(envelope.id).inserted {
                faults.append(
                    Breach(.doubled, "\(position(record)): \(envelope.id) was said before"))
            }
        }
        read(envelope, of: record)
    }

    private mutating func read(_ envelope: Envelope, of record: ReadRecord) {
        switch BusTopic(rawValue: record.topic) {
        case .command, .request:
            if record.topic == BusTopic.request.rawValue {
                routed["\(record.topic)/\(envelope.id)", default: 0] += 1
            }
            guard orders[envelope.id] == nil,
                let request = try? envelope.payload(as: RequestPayload.self)
            else { return }
            orders[envelope.id] = Order(role: envelope.role, request: request)
        case .outcome:
            guard let outcome = try? envelope.payload(as: OutcomePayload.self),
                outcome.final, outcome.copy != true
            else { return }
            finalCount += 1
            finals[outcome.commandId, default: []].append(outcome)
            finalsOfService[outcome.service, default: []].append(outcome)
        case .flags:
            guard let flag = try? envelope.payload(as: FlagPayload.self) else { return }
            if flag.version <= flagsVersion {
                faults.append(
                    Breach(
                        .wrong,
                        "\(position(record)): version \(flag.version) after \(flagsVersion)"))
            }
            flagsVersion = flag.version
            flags["\(flag.service)/\(flag.flag)"] = flag
        case .incident:
            guard let incident = try? envelope.payload(as: IncidentPayload.self) else { return }
            incidents[incident.service, default: []].append(incident)
        default: return
        }
    }

    private mutating func note(fateOf record: ReadRecord) {
        guard let text = record.headerText(Fate.header),
            let expectation = Fate(text)
        else { return }
        expected[position(record)] = expectation
        guard record.topic != BusTopic.signal.rawValue,
            let id = record.value.flatMap(Self.id)
        else { return }
        if expectation == .taken { takenIDs[record.topic, default: []].append(id) }
        // What was never well-formed is answered under its id as well.
        let isAnswered = [.taken, .deadLetter(.unknownType), .deadLetter(.schema)]
            .contains(expectation)
        if record.topic == BusTopic.command.rawValue, isAnswered { answeredIDs.insert(id) }
    }

    private mutating func take(deadLetter record: ReadRecord) {
        guard let topic = record.headerText(DeadLetter.Header.topic),
            let partition = record.headerText(DeadLetter.Header.partition).flatMap({ Int32($0) }),
            let offset = record.headerText(DeadLetter.Header.offset).flatMap({ Int64($0) }),
            let code = record.headerText(DeadLetter.Header.code)
        else {
            faults.append(
                Breach(
                    .wrong,
                    "\(position(record)): a dead letter that does not say where it is from"))
            return
        }
        let source = Position(topic: topic, partition: partition, offset: offset)
        dead[source, default: []].append(code)
    }

    private func position(_ record: ReadRecord) -> Position {
        Position(topic: record.topic, partition: record.partition, offset: record.offset)
    }

    /// The id at the beginning of a message of the load.
    private static func id(in value: [UInt8]) -> String? {
        let mark = Array(#"{"id":""#.utf8)
        guard value.starts(with: mark) else { return nil }
        return String(decoding: value[mark.count...].prefix { $0 != 0x22 }, as: UTF8.self)
    }
}
