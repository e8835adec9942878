internal import Contracts
internal import OperatorDomain
internal import StreamsKafka

extension Bus {
    /// The topics that have a dead-letter topic in the cluster. It blocks.
    func deadLetterTopics() throws(KafkaError) -> [BusTopic] {
        let admin = try KafkaAdmin(configuration, log: { _ in })
        let names = Set(try admin.metadata(timeoutMs: Self.readDeadlineMs).topics.map(\.name))
        return BusTopic.allCases.filter { names.contains($0.deadLetterName) }
    }

    /// Reads all dead letters of these topics. It blocks.
    func readDeadLetters(
        of topics: [BusTopic], deadlineMs: Int32, _ body: (DeadLetterRecord) -> Void
    ) throws(KafkaError) {
        let timer = Countdown(ms: Self.readDeadlineMs)
        let reader = try reader()
        for topic in topics {
            try reader.start(topic.deadLetterName, from: .beginning, timeoutMs: timer.leftMs)
        }
        try reader.readToEnd(deadlineMs: deadlineMs) { record in
            if let letter = DeadLetterRecord(record) { body(letter) }
        }
    }
}

extension DeadLetterRecord {
    /// The letter in a record; nil if it is of no dead-letter topic.
    init?(_ record: ReadRecord) {
        guard let topic = DeadLetterPlace.topic(record.topic) else { return nil }
        self.init(
            place: DeadLetterPlace(
                topic: topic, partition: record.partition, offset: record.offset),
            key: record.key, value: record.value, headers: record.headers)
    }
}
