internal import Contracts
public import Streams
internal import Synchronization

/// An idempotent producer for what needs no transaction: commands, signals, heartbeats.
///
/// Records of one partition keep their order, and a retry by the library writes nothing twice.
/// A record that ends as `unknownOutcome` and is sent again may be there twice: give it an id.
public final class KafkaProducer: Sendable {
    private let core: ProducerCore
    private let thread: Locked<SystemThread?>
    private let dropped = Atomic<Int>(0)

    /// Starts a producer. Nothing is connected before the first record.
    /// - Parameters:
    ///   - deliveryDeadlineMs: After that a record that is not confirmed has failed. The library
    ///     looks once a second, so it may take a second more.
    ///   - queueLimit: How many records may wait for their delivery.
    ///   - log: Takes the library's log lines.
    /// - Throws: `KafkaError.Code.configuration`.
    public init(
        _ configuration: KafkaConfiguration, deliveryDeadlineMs: Int32 = 30_000,
        queueLimit: Int32 = 10_000, log: @escaping KafkaLogHandler
    ) throws(KafkaError) {
        let role = ClientRole.producer(
            deliveryDeadlineMs: deliveryDeadlineMs, queueLimit: queueLimit)
        let core = try ProducerCore(role, configuration, log: log)
        self.core = core
        do throws(SystemThread.StartError) {
            thread = Locked(try SystemThread { core.serve() })
        } catch {
            throw KafkaError(.fatal, "\(error)")
        }
    }

    deinit { close() }

    /// Sends a record and waits until the brokers have it (`acks=all`).
    /// - Throws: `notSent` if nothing can have arrived, `unknownOutcome` if it may have,
    ///   `queueFull`, or why the broker refused it.
    public func send(_ record: NewRecord) async throws(KafkaError) -> DeliveredRecord {
        let core = core
        let outcome = await withCheckedContinuation { continuation in
            do throws(KafkaError) {
                try core.enqueue(record, PendingDelivery(continuation))
            } catch { continuation.resume(returning: PendingDelivery.Outcome.failure(error)) }
        }
        return try outcome.get()
    }

    /// Sends a record of these parts; see `send(_:)` and `NewRecord`.
    public func send(
        topic: String, partition: Int32? = nil, key: [UInt8]?, value: [UInt8]?,
        headers: [RecordHeader] = [], timestampMs: Int64? = nil
    ) async throws(KafkaError) -> DeliveredRecord {
        try await send(
            NewRecord(
                topic: topic, partition: partition, key: key, value: value, headers: headers,
                timestampMs: timestampMs))
    }

    /// Hands a record over and waits for nothing. Failures are counted.
    /// - Returns: Whether it was taken; false if the queue is full or the producer is closed.
    @discardableResult
    public func post(_ record: NewRecord) -> Bool {
        do throws(KafkaError) {
            try core.enqueue(record, nil)
            return true
        } catch {
            dropped.add(1, ordering: .relaxed)
            return false
        }
    }

    /// How many posted records were not taken, or were not delivered in time.
    public var failedPosts: Int { dropped.load(ordering: .relaxed) + core.failures }

    /// Waits until everything is delivered or has failed. It blocks: keep it off Swift's pool.
    /// - Throws: `timedOut` or `unreachable` if records still wait after `deadlineMs`.
    public func flush(deadlineMs: Int32) throws(KafkaError) {
        try core.flush(deadlineMs: deadlineMs)
    }

    /// Ends the producer; what is not delivered by now fails. `flush` before, or lose it. It
    /// blocks for up to 100 ms. Harmless if it is closed already.
    public func close() {
        core.stop()
        let running = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        running?.join()
    }
}
