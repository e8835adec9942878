public import Contracts

/// Drives one reducer synchronously, with no log, no thread and no clock: messages go in, what
/// the reducer says comes back, and time moves only when told (Kafka Streams calls its like
/// TopologyTestDriver).
///
/// Each message is a transaction of its own, and the harness is strict: it does each one twice,
/// with an abort between, and throws if the second says or changes something else; `restart`
/// throws if the changelog does not give back the tables.
///
///     let harness = try ReducerHarness(at: 1_000) { MyReducer(settings) }
///     let outputs = try harness.send(AlertPayload(...), key: "checkout")
///     #expect(outputs.compactMap { $0.payload(as: IncidentPayload.self) }.count == 1)
///     try harness.restart()
///     let later = try harness.advance(to: 61_000)
public final class ReducerHarness<R: Reducer> {
    /// The time that the next transaction sees, Unix ms.
    public private(set) var nowMs: Int64
    /// Everything said so far, dead letters apart.
    public private(set) var outputs: [HarnessOutput] = []
    /// Every message that could not be taken so far.
    public private(set) var deadLetters: [HarnessDeadLetter] = []

    private let makeReducer: () -> R
    private let partition: Int32
    private var task: ReducerTask<R>
    private var changelog: [(key: [UInt8]?, value: [UInt8]?)] = []
    private var nextOffsets: [Int64]
    private var nextID = 1

    /// A harness of the reducer that `makeReducer` makes, as the task of `partition`, at `nowMs`.
    /// `makeReducer` is called again by `restart`.
    public init(
        partition: Int32 = 0, at nowMs: Int64 = 0, makeReducer: @escaping () -> R
    ) throws(HarnessError) {
        self.nowMs = nowMs
        self.partition = partition
        self.makeReducer = makeReducer
        task = Self.makeTask(makeReducer, partition)
        nextOffsets = task.topics.inputs.map { _ in 0 }
        _ = try transaction { _ = $0.start() }
    }

    /// The reducer, to look at its tables.
    public var reducer: R { task.reducer }

    /// How many timers are set and when the first is due, Unix ms.
    public var nextDueMs: Int64? { task.nextDueMs }

    /// Sends `payload` on its topic.
    /// - Parameters:
    ///   - id: the message's id; `m1`, `m2`, ... if nil.
    ///   - ts: event time, Unix ms; now if nil.
    /// - Returns: what the reducer said.
    @discardableResult
    public func send<Payload: MessagePayload>(
        _ payload: Payload, key: String, id: String? = nil, at ts: Int64? = nil,
        role: Role = .service, headers: [RecordHeader] = []
    ) throws -> [HarnessOutput] {
        let envelope = try Envelope(
            id: id ?? makeID(), ts: ts ?? nowMs, role: role, payload)
        return try send(envelope, to: Payload.topic, key: key, headers: headers)
    }

    /// Sends a message on `topic`. The record's timestamp is the message's.
    @discardableResult
    public func send(
        _ envelope: Envelope, to topic: BusTopic, key: String, headers: [RecordHeader] = []
    ) throws -> [HarnessOutput] {
        try send(
            key: Array(key.utf8), value: try envelope.serialized(), to: topic.rawValue,
            at: envelope.ts, headers: headers)
    }

    /// Sends text on `topic`, well-formed or not.
    @discardableResult
    public func send(
        text: String, to topic: BusTopic, key: String, at ts: Int64? = nil
    ) throws(HarnessError) -> [HarnessOutput] {
        try send(key: Array(key.utf8), value: Array(text.utf8), to: topic.rawValue, at: ts)
    }

    /// Sends a record of any bytes; a nil value is a tombstone. `ts` is the record's timestamp,
    /// now if nil.
    @discardableResult
    public func send(
        key: [UInt8]?, value: [UInt8]?, to topic: String, at ts: Int64? = nil,
        headers: [RecordHeader] = []
    ) throws(HarnessError) -> [HarnessOutput] {
        guard let input = task.topics.inputs.firstIndex(of: topic) else {
            throw HarnessError(.unknownInput, "the reducer does not read \(topic)")
        }
        let offset = nextOffsets[input]
        nextOffsets[input] += 1
        let source = RecordHeaders(headers)
        return try transaction { task in
            InputRecord.with(
                input: input, partition: partition, offset: offset, timestampMs: ts ?? nowMs,
                key: key, value: value, headers: source
            ) { _ = task.reduce($0) }
        }
    }

    /// Moves the time to `nowMs` and fires what comes due on the way, each at its own due time.
    /// - Parameter jump: moves the time first, as after an outage: all that is due fires late.
    /// - Returns: what the reducer said.
    @discardableResult
    public func advance(to nowMs: Int64, jump: Bool = false) throws(HarnessError)
        -> [HarnessOutput]
    {
        if jump { self.nowMs = max(self.nowMs, nowMs) }
        var said: [HarnessOutput] = []
        while let dueMs = task.nextDueMs, dueMs <= nowMs {
            self.nowMs = max(self.nowMs, dueMs)
            said += try transaction { _ = $0.fireTimer() }
        }
        self.nowMs = max(self.nowMs, nowMs)
        return said
    }

    /// Throws the reducer away and makes a new one from the changelog that was written so far.
    /// Throws if its tables are not the same. Then the new one starts.
    /// - Returns: what it said at its start.
    @discardableResult
    public func restart() throws(HarnessError) -> [HarnessOutput] {
        let before = task.entries()
        task = Self.makeTask(makeReducer, partition)
        for (key, value) in changelog {
            do throws(TaskFailure) { try task.restore(key: key, value: value) } catch {
                throw HarnessError(.notRestored, "\(error)")
            }
        }
        if let difference = Self.difference(before, task.entries()) {
            throw HarnessError(.notRestored, difference)
        }
        return try transaction { _ = $0.start() }
    }

    private func transaction(_ body: (ReducerTask<R>) -> Void) throws(HarnessError)
        -> [HarnessOutput]
    {
        let first = attempt(body)
        task.rollback()
        let second = attempt(body)
        guard first == second else {
            let index = zip(first, second).prefix { $0 == $1 }.count
            throw HarnessError(
                .notDeterministic,
                """
                record \(index) of \(first.count) and \(second.count) differs: \
                \(first.dropFirst(index).first.map { "\($0)" } ?? "nothing"), then \
                \(second.dropFirst(index).first.map { "\($0)" } ?? "nothing")
                """)
        }
        task.commit()
        return keep(second)
    }

    private func attempt(_ body: (ReducerTask<R>) -> Void) -> [HarnessOutput] {
        task.begin(nowMs: nowMs)
        body(task)
        if !task.stageChangelog(nextOffsets: nextOffsets) {
            // As the pipeline does: once more, and this time each message is weighed.
            task.rollback()
            task.begin(nowMs: nowMs)
            body(task)
            _ = task.stageChangelog(nextOffsets: nextOffsets)
        }
        var records: [HarnessOutput] = []
        task.context.outputs.forEach { record in
            records.append(
                HarnessOutput(
                    topic: task.topics.written[record.topic],
                    key: record.topic == task.topics.changelogIndex
                        ? nil : record.copyKey().map { String(decoding: $0, as: UTF8.self) },
                    partition: record.partition, value: record.copyValue(),
                    headers: record.headers,
                    keyBytes: record.copyKey()))
        }
        return records
    }

    private func keep(_ records: [HarnessOutput]) -> [HarnessOutput] {
        var said: [HarnessOutput] = []
        for record in records {
            if record.topic == task.topics.changelog {
                changelog.append((record.keyBytes, record.value))
            } else if let code = record.header(DeadLetter.Header.code)
                .flatMap(Rejection.Code.init), record.topic.hasSuffix(".dlq")
            {
                let message = record.header(DeadLetter.Header.message) ?? ""
                deadLetters.append(
                    HarnessDeadLetter(record: record, code: code, message: message))
            } else {
                said.append(record)
            }
        }
        outputs += said
        return said
    }

    private func makeID() -> String {
        defer { nextID += 1 }
        return "m\(nextID)"
    }

    private static func makeTask(_ makeReducer: () -> R, _ partition: Int32) -> ReducerTask<R> {
        let reducer = makeReducer()
        let service = reducer.topology.service
        return ReducerTask(
            reducer, partition: partition,
            identity: TaskIdentity(service: service, group: service, version: "test"),
            deadLetterBytesMax: PipelineSettings.deadLetterBytesMaxDefault,
            outputBytesMax: PipelineSettings.outputBytesMaxDefault)
    }

    private static func difference(
        _ before: [UInt8: [[UInt8]: [UInt8]]], _ after: [UInt8: [[UInt8]: [UInt8]]]
    ) -> String? {
        for (id, entries) in before.sorted(by: { $0.key < $1.key }) {
            let restored = after[id] ?? [:]
            for key in Set(entries.keys).union(restored.keys)
            where entries[key] != restored[key] {
                let name = String(decoding: key, as: UTF8.self)
                return "table \(id), key \(name): the value is not what the changelog says"
            }
        }
        return nil
    }
}
