public import Contracts
internal import Glibc
internal import Streams
public import StreamsKafka
internal import Synchronization

/// Keeps an app's flags current and tells the operators which version it obeys.
///
/// It reads `nervous.flags` without a group: every instance sees every flag. Until the topic was
/// read to its end once, and whenever control-core is not heard of, the last known values hold.
/// It lives until `stop`.
public final class FlagSubscriber: Sendable {
    /// Who subscribes, and how often it says so.
    public struct Settings: Sendable {
        /// The service whose flags are obeyed.
        public var service: String
        /// This instance of it.
        public var instance: String
        /// How often it says which version it obeys, ms; and at once when that changes.
        public var heartbeatMs: Int64 = 5_000
        /// Without a word of control-core for so long, the flags count as stale, ms.
        public var staleAfterMs: Int64 = 15_000

        /// Settings with the usual intervals.
        public init(service: String, instance: String) {
            self.service = service
            self.instance = instance
        }
    }

    private let settings: Settings
    private let configuration: KafkaConfiguration
    private let table = Locked(FlagTable())
    private let isStopped = Atomic<Bool>(false)
    private let hasReadAll = Atomic<Bool>(false)
    private let thread = Locked<SystemThread?>(nil)
    private let heartbeats: KafkaProducer
    private let wakeup = Wakeup()
    private let nowMs: @Sendable () -> Int64
    private let log: @Sendable (String) -> Void

    /// Begins to read. Does not wait for the cluster: without one it keeps trying.
    /// - Parameters:
    ///   - nowMs: Unix ms.
    ///   - log: takes a line when something goes wrong.
    /// - Throws: `KafkaError.Code.configuration`, or that no thread could be started.
    public init(
        _ settings: Settings, configuration: KafkaConfiguration,
        nowMs: @escaping @Sendable () -> Int64 = FlagSubscriber.unixMs,
        log: @escaping @Sendable (String) -> Void
    ) throws {
        self.settings = settings
        self.configuration = configuration
        self.nowMs = nowMs
        self.log = log
        heartbeats = try KafkaProducer(configuration, deliveryDeadlineMs: 10_000, queueLimit: 100) {
            _ in
        }
        let started = try SystemThread { self.run() }
        thread.withLock { $0 = started }
    }

    /// Whether the topic was read to its end once.
    public var isCurrent: Bool { hasReadAll.load(ordering: .acquiring) }

    /// The version of the flags that this app obeys.
    public var version: Int64 { table.withLock { $0.version } }

    /// Whether control-core has not been heard of for too long: the flags are the last known.
    public var isStale: Bool {
        let heardMs = table.withLock { $0.lastHeardMs } ?? 0
        return nowMs() - heardMs > settings.staleAfterMs
    }

    /// The flag as a truth value; `fallback` if it was never set.
    public func bool(_ flag: String, default fallback: Bool) -> Bool {
        table.withLock { $0.bool(flag, service: settings.service, default: fallback) }
    }

    /// The flag as a number; nil if it was never set.
    public func number(_ flag: String) -> Double? {
        table.withLock { $0.number(flag, service: settings.service) }
    }

    /// What holds now; nil if the flag was never set.
    public func value(_ flag: String) -> FlagValue? {
        table.withLock { $0.value(flag, service: settings.service) }
    }

    /// The machine's clock, Unix ms.
    @Sendable public static func unixMs() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Stops reading, and waits for the thread.
    public func stop() {
        isStopped.store(true, ordering: .releasing)
        wakeup.notify()
        thread.withLock { $0.take() }?.join()
        heartbeats.close()
    }

    // MARK: The thread

    private func run() {
        var reader: KafkaReader?
        var lastBeatMs: Int64 = 0
        var retryAtMs: Int64 = 0
        while !isStopped.load(ordering: .acquiring) {
            if reader == nil, nowMs() >= retryAtMs {
                reader = open()
                retryAtMs = nowMs() + 1_000
            }
            let moved = read(&reader)
            let nowMs = nowMs()
            if moved || nowMs - lastBeatMs >= settings.heartbeatMs {
                beat(nowMs)
                lastBeatMs = nowMs
            }
        }
    }

    private func open() -> KafkaReader? {
        do throws(KafkaError) {
            let reader = try KafkaReader(configuration) { _ in }
            try reader.start(topic: BusTopic.flags.rawValue, from: .beginning)
            let end = try reader.watermarks(of: BusTopic.flags.rawValue, partition: 0).high
            if end == 0 { hasReadAll.store(true, ordering: .releasing) }
            return reader
        } catch {
            log("flags: cannot be read yet: \(error)")
            return nil
        }
    }

    /// Takes what is there; true if the version moved on.
    private func read(_ reader: inout KafkaReader?) -> Bool {
        guard let open = reader else {
            wakeup.wait(since: wakeup.seen, timeoutMs: 100)
            return false
        }
        var moved = false
        do throws(KafkaError) {
            // A burst is taken whole before it is reported: one heartbeat says it all.
            var timeoutMs: Int32 = 100
            while let event = try open.next(timeoutMs: timeoutMs) {
                switch event {
                case .record(let record): moved = take(record) || moved
                case .end: hasReadAll.store(true, ordering: .releasing)
                }
                timeoutMs = 0
            }
        } catch {
            guard !error.isRetriable else { return moved }
            log("flags: \(error); reading anew")
            reader = nil
        }
        return moved
    }

    private func take(_ record: ReadRecord) -> Bool {
        guard let value = record.value else { return false }
        do throws(EnvelopeError) {
            let envelope = try Envelope(parsing: value)
            return table.withLock { $0.take(envelope) }
        } catch {
            log("flags: record \(record.offset) is no message: \(error)")
            return false
        }
    }

    private func beat(_ nowMs: Int64) {
        let payload = HeartbeatPayload(
            service: settings.service, instance: settings.instance, flagsVersion: version,
            stale: isStale ? true : nil)
        let id = "\(settings.service).\(settings.instance).\(nowMs).\(payload.flagsVersion)"
        guard
            let envelope = try? Envelope(id: id, ts: nowMs, role: .service, payload),
            let value = try? envelope.serialized()
        else { return }
        // One that is lost is followed by the next.
        _ = heartbeats.post(
            NewRecord(
                topic: BusTopic.heartbeat.rawValue, key: Array(settings.service.utf8),
                value: value,
                headers: MessageHeaders.make(
                    for: envelope, source: settings.service, traceparent: nil)))
    }
}
