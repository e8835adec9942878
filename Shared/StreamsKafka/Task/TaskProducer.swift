internal import CRdKafka
internal import Streams

/// The transactional producer of one task.
@safe final class TaskProducer {
    /// "Until the transaction's own timeout", which the library recommends for every call.
    private static let transactionTimeout: Int32 = -1
    /// How long giving up waits for what was handed over.
    private static let closeMs: Int32 = 1_000
    /// The first and the longest wait for the transactional id before it is asked for again.
    private static let initMs: Int32 = 10
    private static let initMaxMs: Int32 = 500

    private let client: KafkaClient
    private let written: [TopicHandle]
    private let id: String
    private var isInitialized = false
    /// Whether records were handed over that may not have a place in the transaction yet.
    private var isUnflushed = false

    /// - Parameters:
    ///   - id: The transactional id without the prefix.
    ///   - written: The topics without the prefix, in the order of `OutgoingRecord.topic`.
    init(
        _ id: String, _ written: [String], _ configuration: KafkaConfiguration,
        log: @escaping KafkaLogHandler
    ) throws(KafkaError) {
        let client = try KafkaClient(.transactional(id: id), configuration, log: log)
        var handles: [TopicHandle] = []
        for name in written {
            handles.append(try TopicHandle(configuration.prefixed(name), of: client))
        }
        self.client = client
        self.written = handles
        self.id = id
    }

    /// A transaction that is open stays open, for the next owner to abort.
    ///
    /// The library must not be destroyed while it is about to add the transaction's first
    /// partitions: the request then fails before it was counted, and an assertion ends the process
    /// (docs/decisions/0006). What is flushed has its partitions.
    deinit {
        if isUnflushed { _ = unsafe rd_kafka_flush(client.handle, Self.closeMs) }
    }

    /// Aborts what the owner before left open, and fences it. Then asks for each topic's metadata:
    /// without, the first transaction takes a second.
    func initTransactions(timeoutMs: Int32) throws(LogError) {
        if !isInitialized {
            try takeID(Deadline(ms: timeoutMs))
            isInitialized = true
        }
        for topic in written {
            if case .failure(let response) = topic.partitionCount(timeoutMs: timeoutMs) {
                throw response.code.logError(topic.name)
            }
        }
    }

    /// This version asks again only after half a second while the owner before's transaction is
    /// still being aborted, or no broker is connected yet. Called again, it asks at once, unless
    /// an answer is on its way.
    private func takeID(_ deadline: Deadline) throws(LogError) {
        var waitMs = Self.initMs
        while true {
            let failure = unsafe rd_kafka_init_transactions(
                client.handle, min(waitMs, deadline.remainingMs))
            guard let error = unsafe TransactionError(failure) else { return }
            guard error.isRetriable, !deadline.hasPassed else {
                throw error.logError("init of \(id)", of: client)
            }
            waitMs = min(2 * waitMs, Self.initMaxMs)
        }
    }

    func begin() throws(LogError) {
        // After a fatal error this version would wait in here for ever.
        try checkFatal("begin of \(id)")
        try unsafe check(rd_kafka_begin_transaction(client.handle), "begin of \(id)")
    }

    func produce(_ record: borrowing OutgoingRecord) throws(LogError) {
        isUnflushed = true
        guard written.indices.contains(record.topic) else {
            throw LogError(.fatal, code: "_UNKNOWN_TOPIC", "no topic of index \(record.topic)")
        }
        let topic = written[record.topic]
        let headers = unsafe KafkaHeaders.make(record.headers)
        while true {
            let failure = unsafe dn_kafka_produce(
                client.handle, topic.pointer,
                record.partition ?? dn_kafka_partition_unassigned,
                record.key.map { unsafe present($0) }, record.key?.count ?? 0,
                record.value.map { unsafe present($0) }, record.value?.count ?? 0,
                record.timestampMs ?? 0, headers, nil)
            guard let error = unsafe TransactionError(failure) else { return }
            if error.code.raw == RD_KAFKA_RESP_ERR__QUEUE_FULL {
                // Room comes with the delivery reports. They come: a record that is not
                // delivered in time fails.
                _ = unsafe rd_kafka_poll(client.handle, 10)
                continue
            }
            if let headers = unsafe headers { unsafe rd_kafka_headers_destroy(headers) }
            try checkFatal("produce to \(topic.name)")
            throw refusal(of: error.code, topic)
        }
    }

    /// The library refuses a record without marking the transaction, but the transaction cannot
    /// be what it should be any more. `_STATE`: it has failed already.
    private func refusal(of code: ResponseCode, _ topic: TopicHandle) -> LogError {
        switch code.raw {
        case RD_KAFKA_RESP_ERR__STATE, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
            LogError(.abortable, code: code.name, "produce to \(topic.name): \(code.text)")
        default: LogError(.fatal, code: code.name, "produce to \(topic.name): \(code.text)")
        }
    }

    func flush(timeoutMs: Int32) throws(LogError) {
        let code = unsafe ResponseCode(rd_kafka_flush(client.handle, timeoutMs))
        if code.isError { throw code.logError("flush of \(id)") }
        isUnflushed = false
    }

    func sendOffsets(
        _ list: borrowing TopicPartitionList, of consumer: KafkaClient
    ) throws(LogError) {
        guard let group = unsafe rd_kafka_consumer_group_metadata(consumer.handle) else {
            throw LogError(.fatal, code: "_UNKNOWN_GROUP", "the consumer has no group")
        }
        defer { unsafe rd_kafka_consumer_group_metadata_destroy(group) }
        try unsafe check(
            rd_kafka_send_offsets_to_transaction(
                client.handle, list.pointer, group, Self.transactionTimeout),
            "offsets of \(id)")
    }

    /// Ends a transaction of this id that holds offsets back although its coordinator does not know
    /// of it: the end of another one that touches the group's offsets counts for it as well. The
    /// offsets themselves are dropped, and may be refused.
    func endWhatHangs(
        _ list: borrowing TopicPartitionList, of consumer: KafkaClient
    ) throws(LogError) {
        try begin()
        var refusal: LogError?
        do throws(LogError) { try sendOffsets(list, of: consumer) } catch { refusal = error }
        if let refusal, refusal.kind == .fatal || refusal.kind == .fenced { throw refusal }
        try abort()
    }

    func commit() throws(LogError) {
        try unsafe check(
            rd_kafka_commit_transaction(client.handle, Self.transactionTimeout),
            "commit of \(id)")
        isUnflushed = false
    }

    func abort() throws(LogError) {
        try checkFatal("abort of \(id)")
        try unsafe check(
            rd_kafka_abort_transaction(client.handle, Self.transactionTimeout),
            "abort of \(id)")
        isUnflushed = false
    }

    @unsafe private func check(_ failure: OpaquePointer?, _ what: String) throws(LogError) {
        if let error = unsafe TransactionError(failure) { throw error.logError(what, of: client) }
    }

    private func checkFatal(_ what: String) throws(LogError) {
        guard let fatal = client.fatalError else { return }
        throw LogError(
            fatal.code.isFencing ? .fenced : .fatal, code: fatal.code.name,
            "\(what): \(fatal.text)")
    }
}
