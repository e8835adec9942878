internal import CommandLineKit
internal import Contracts
internal import OperatorDomain
internal import Runtime
internal import StreamsKafka
internal import TopicCatalog

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

extension Bus {
    /// How many partitions a topic has. It blocks.
    func partitionCount(of topic: BusTopic) throws(KafkaError) -> Int {
        Int(
            try KafkaReader(configuration, log: { _ in }).partitionCount(
                of: topic.rawValue, timeoutMs: Self.readDeadlineMs))
    }

    /// How many dead letters wait, and why. It blocks.
    func deadLetterTally(readMs: Int32) throws(KafkaError) -> DeadLetterTally {
        let topics = try deadLetterTopics()
        let ledger = try readLedger()
        var tally = DeadLetterTally(topics: topics, ledger: ledger, nowMs: SystemClock.nowMs())
        try readDeadLetters(of: topics, deadlineMs: readMs) { tally.take($0) }
        return tally
    }

    /// What the ledger says now. It blocks.
    func readLedger(deadlineMs: Int32 = 60_000) throws(KafkaError) -> Ledger {
        let reader = try KafkaReader(configuration, log: { _ in })
        var ledger = Ledger()
        try reader.start(topic: BusTopic.ledger.rawValue, from: .beginning)
        try reader.readToEnd(deadlineMs: deadlineMs) {
            ledger.take(key: $0.key, value: $0.value)
        }
        return ledger
    }
}

extension Bus {
    /// The letter at a place; nil if there is none. It blocks.
    func letter(at place: DeadLetterPlace) throws(KafkaError) -> DeadLetterRecord? {
        let timer = Countdown(ms: Self.readDeadlineMs)
        let reader = try reader()
        let topic = place.topic.deadLetterName
        let marks = try reader.watermarks(
            of: topic, partition: place.partition, timeoutMs: timer.leftMs)
        guard (marks.low..<max(marks.low, marks.high)).contains(place.offset) else { return nil }
        try reader.start(
            topic, partitions: [place.partition], from: .offset(place.offset),
            timeoutMs: timer.leftMs)
        guard let record = try reader.poll(timeoutMs: timer.leftMs), record.offset == place.offset
        else { return nil }
        return DeadLetterRecord(record)
    }

    /// There is no letter at this place.
    func noLetter(at place: DeadLetterPlace) -> CommandFailure {
        CommandFailure(
            "there is no dead letter at \(place)",
            hint: "dreamnet dlq list \(place.topic.kind) shows those that there are.")
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

extension DeadLetterRecord {
    /// What is still wrong with its message, as far as topics/ knows; nil if nothing is.
    func problem(under schemas: PayloadSchemas) -> String? {
        Self.problem(of: envelope, under: schemas)
    }

    /// Its message; nil if it has no value.
    var envelope: Result<Envelope, EnvelopeError>? {
        value.map { value in
            Result { () throws(EnvelopeError) in try Envelope(parsing: value) }
        }
    }

    /// What is still wrong with a message, as far as topics/ knows.
    static func problem(
        of envelope: Result<Envelope, EnvelopeError>?, under schemas: PayloadSchemas
    ) -> String? {
        switch envelope {
        case nil: "it has no value"
        case .failure(let error): error.description
        case .success(let envelope): problem(of: envelope, under: schemas)
        }
    }

    private static func problem(of envelope: Envelope, under schemas: PayloadSchemas) -> String? {
        let (kind, type) = (envelope.topic, envelope.type)
        if let known = schemas.byKind[kind], known[type] == nil {
            return "payload.type: \(type) is none of \(kind)'s"
        }
        return schemas.problem(kind: kind, type: type, payload: envelope.payload)
    }
}
