internal import Contracts
internal import OperatorDomain
internal import StreamsKafka

/// What becomes of what a replay sent: what its reader has passed, and what came back. Its calls
/// block.
struct ReplayReturns {
    private static let readMs: Int32 = 10_000
    private static let pollMs: Int32 = 50

    /// Behind a partition's last record lie no more markers of transactions than this.
    private static let markersMax: Int64 = 16

    private let bus: Bus
    private let topic: BusTopic
    private let runID: String
    private let reader: KafkaReader
    private let admin: KafkaAdmin
    /// How many letters of this run came back.
    private(set) var count = 0

    /// Begins to watch: what comes back from now on counts.
    init(_ bus: Bus, topic: BusTopic, runID: String) throws {
        self.bus = bus
        self.topic = topic
        self.runID = runID
        reader = try KafkaReader(bus.configuration, log: { _ in })
        admin = try KafkaAdmin(bus.configuration, log: { _ in })
        try reader.start(topic: topic.deadLetterName, from: .end)
    }

    /// Counts what has come back by now.
    mutating func look() throws {
        var records: [ReadRecord] = []
        try reader.readToEnd(deadlineMs: Self.readMs) { records.append($0) }
        for record in records { take(record) }
    }

    private mutating func take(_ record: ReadRecord) {
        if DeadLetterRecord(record)?.replayID == runID { count += 1 }
    }

    /// Waits until these groups have read all that is on the topic now, and counts what came back.
    /// - Returns: Whether they have; false if it takes them longer than `deadlineMs`, or the end is asked for.
    mutating func settle(
        _ groups: Set<String>, deadlineMs: Int32, stop: StopRequest, whileWaiting: () throws -> Void
    ) throws -> Bool {
        let deadline = Countdown(ms: deadlineMs)
        let sent = try ends()
        while !(try hasRead(groups, sent)) {
            if deadline.isOver || stop.isSet { return false }
            try whileWaiting()
            if let record = try reader.poll(timeoutMs: Self.pollMs) { take(record) }
        }
        try look()
        return true
    }

    /// After the last record of each partition. A reader of what is committed may not see it yet,
    /// and a group need not commit the markers behind it.
    private func ends() throws -> [Int32: Int64] {
        let reader = try KafkaReader(bus.configuration, committedOnly: false, log: { _ in })
        try reader.start(topic: topic.rawValue, from: .last(Self.markersMax))
        var ends: [Int32: Int64] = [:]
        try reader.readToEnd(deadlineMs: Self.readMs) { ends[$0.partition] = $0.offset + 1 }
        return ends
    }

    private func hasRead(_ groups: Set<String>, _ ends: [Int32: Int64]) throws -> Bool {
        for group in groups {
            let committed = try admin.committedOffsets(
                group: group, topic: topic.rawValue, partitions: Array(ends.keys))
            if ends.contains(where: { committed[$0] ?? 0 < $1 }) { return false }
        }
        return true
    }
}
