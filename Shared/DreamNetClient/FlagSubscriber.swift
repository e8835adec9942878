public import Contracts
internal import Glibc
internal import Streams
public import StreamsKafka
internal import Synchronization

/// Keeps an app's flags current and tells the operators which version it obeys.
///
/// It reads `nervous.flags` without a group: every instance sees every flag. Until the topic was
/// read to its end once, the flags of the last-known file hold, if there is one; whenever
/// control-core is not heard of, the last known values do. `status` says which it is. It lives
/// until `stop`.
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
        /// Where the flags are kept, so that the app starts with them when Kafka is away; nil:
        /// nowhere. Written atomically, with mode 0600; its folder must be there.
        public var lastKnownFile: String?
        /// Where orders are given while Kafka is away; nil: nowhere.
        public var breakGlass: BreakGlass?
        /// The version of the service, as its deployment names it; it goes out with the heartbeats, so
        /// that the last known good one is on record.
        public var serviceVersion: String?

        /// Settings with the usual intervals, and no last-known file.
        public init(service: String, instance: String, lastKnownFile: String? = nil) {
            self.service = service
            self.instance = instance
            self.lastKnownFile = lastKnownFile
        }
    }

    /// The files of orders that are given while Kafka is away.
    public struct BreakGlass: Sendable, Hashable {
        /// The file of orders.
        public var file: String
        /// The file of those whose orders are obeyed: a name and a public key a line.
        public var keysFile: String

        /// Files.
        public init(file: String = BreakGlassFile.pathDefault, keysFile: String) {
            self.file = file
            self.keysFile = keysFile
        }
    }

    private let settings: Settings
    private let configuration: KafkaConfiguration
    private let flags: Locked<ObeyedFlags>
    private let isStopped = Atomic<Bool>(false)
    private let hasReadAll = Atomic<Bool>(false)
    private let thread = Locked<SystemThread?>(nil)
    private let heartbeats: KafkaProducer
    private let breakGlass: BreakGlassWatch?
    private let wakeup = Wakeup()
    private let nowMs: @Sendable () -> Int64
    private let log: @Sendable (String) -> Void

    /// A burst of changes is written once, ms.
    private static let saveEveryMs: Int64 = 200
    /// How long the thread asks a broker that may not be there, ms.
    private static let askMs: Int32 = 2_000

    /// Begins to read. Does not wait for the cluster: without one it keeps trying. What the
    /// last-known file says is there when this returns.
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
        let flags = Locked(ObeyedFlags(service: settings.service))
        self.flags = flags
        heartbeats = try KafkaProducer(configuration, deliveryDeadlineMs: 10_000, queueLimit: 100) {
            _ in
        }
        Self.readLastKnown(settings, flags, log)
        breakGlass = try settings.breakGlass.map {
            try BreakGlassWatch(
                $0, staleAfterMs: settings.staleAfterMs, configuration: configuration,
                flags: flags, nowMs: nowMs, log: log)
        }
        let started = try SystemThread { self.run() }
        thread.withLock { $0 = started }
    }

    /// Whether the topic was read to its end once.
    public var isCurrent: Bool { hasReadAll.load(ordering: .acquiring) }

    /// How far the flags may be relied upon, and why.
    public var status: SubscriberStatus {
        let nowMs = nowMs()
        return flags.withLock { $0.status(nowMs: nowMs, staleAfterMs: settings.staleAfterMs) }
    }

    /// The version of the flags that this app obeys.
    public var version: Int64 { flags.withLock { $0.table.version } }

    /// Whether the flags are not those of now: the last known hold, or the app's defaults.
    public var isStale: Bool { status.state != .ready }

    /// The flag as a truth value; `fallback` if it was never set.
    public func bool(_ flag: String, default fallback: Bool) -> Bool {
        value(flag)?.bool ?? fallback
    }

    /// The flag as a number; nil if it was never set.
    public func number(_ flag: String) -> Double? { value(flag)?.number }

    /// What holds now; nil if the flag was never set.
    public func value(_ flag: String) -> FlagValue? { flags.withLock { $0.value(flag) } }

    /// What holds now, of every flag that was ever set.
    public var values: [String: FlagValue] { flags.withLock { $0.allValues } }

    /// The flag for code that asks all the time: asked once for, it answers without a lock.
    public func watch(_ flag: String) -> WatchedFlag { flags.withLock { $0.watch(flag) } }

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
        breakGlass?.stop()
        thread.withLock { $0.take() }?.join()
        heartbeats.close()
    }

    // MARK: The last-known file

    /// The version of the flags in a last-known file.
    public static func version(inLastKnown path: String) throws(FlagFileError) -> Int64 {
        try LastKnownFlags.version(in: path)
    }

    private static func readLastKnown(
        _ settings: Settings, _ flags: Locked<ObeyedFlags>, _ log: @Sendable (String) -> Void
    ) {
        guard let file = settings.lastKnownFile else { return }
        do throws(FlagFileError) {
            let known = try LastKnownFlags.read(file, service: settings.service)
            flags.withLock { $0.begin(known) }
        } catch {
            flags.withLock { $0.fileTrouble = error.description }
            // At the first start there is none.
            guard error.code != .missing else { return }
            log("flags: the last-known file is of no use, the defaults hold: \(error)")
        }
    }

    private func save() {
        guard let file = settings.lastKnownFile else { return }
        let nowMs = nowMs()
        guard let known = flags.withLock({ $0.isUnsaved ? $0.saving(nowMs: nowMs) : nil })
        else { return }
        do throws(FlagFileError) {
            try known.write(to: file)
            flags.withLock { $0.fileTrouble = nil }
        } catch {
            let isNew = flags.withLock { flags in
                defer { flags.fileTrouble = error.description }
                flags.savingFailed()
                return flags.fileTrouble != error.description
            }
            if isNew { log("flags: the last-known file is not kept: \(error)") }
        }
    }

    // MARK: The thread

    /// A reader, and what it has read until it comes to the end.
    private struct Reading {
        let reader: KafkaReader
        var catchingUp: FlagTable? = FlagTable()
        /// Whether the end was reached: what comes then was said just now.
        var isAtEnd = false
    }

    private func run() {
        var reading: Reading?
        var (lastBeatMs, retryAtMs, saveAtMs): (Int64, Int64, Int64) = (0, 0, 0)
        while !isStopped.load(ordering: .acquiring) {
            if reading == nil, nowMs() >= retryAtMs {
                reading = open()
                retryAtMs = nowMs() + 1_000
            }
            let moved = read(&reading)
            let nowMs = nowMs()
            if moved || nowMs - lastBeatMs >= settings.heartbeatMs {
                beat(nowMs)
                lastBeatMs = nowMs
            }
            if nowMs >= saveAtMs {
                save()
                saveAtMs = nowMs + Self.saveEveryMs
            }
        }
        save()
    }

    private func open() -> Reading? {
        do throws(KafkaError) {
            let reader = try KafkaReader(configuration) { _ in }
            let topic = BusTopic.flags.rawValue
            let end = try reader.watermarks(
                of: topic, partition: 0, timeoutMs: Self.askMs
            ).high
            try reader.start(topic: topic, from: .beginning, timeoutMs: Self.askMs)
            var reading: Reading? = Reading(reader: reader)
            if end == 0 { adopt(&reading) }
            return reading
        } catch {
            note("cannot be read yet: \(error)")
            return nil
        }
    }

    /// Takes what is there; true if the version moved on.
    private func read(_ reading: inout Reading?) -> Bool {
        guard let reader = reading?.reader else {
            let seen = wakeup.seen
            guard !isStopped.load(ordering: .acquiring) else { return false }
            wakeup.wait(since: seen, timeoutMs: 100)
            return false
        }
        var moved = false
        do throws(KafkaError) {
            // A burst is taken whole before it is reported: one heartbeat says it all.
            var timeoutMs: Int32 = 100
            while let event = try reader.next(timeoutMs: timeoutMs) {
                switch event {
                case .record(let record): moved = take(record, &reading) || moved
                case .end: moved = adopt(&reading) || moved
                }
                timeoutMs = 0
            }
        } catch {
            note("\(error)")
            guard !error.isRetriable else { return moved }
            reading = nil
        }
        return moved
    }

    private func take(_ record: ReadRecord, _ reading: inout Reading?) -> Bool {
        guard let value = record.value else { return false }
        do throws(EnvelopeError) {
            let envelope = try Envelope(parsing: value)
            guard reading?.catchingUp == nil else {
                reading?.catchingUp?.take(envelope)
                return false
            }
            let nowMs = nowMs()
            return flags.withLock { flags in
                flags.trouble = nil
                return flags.take(envelope, nowMs: nowMs)
            }
        } catch {
            log("flags: record \(record.offset) is no message: \(error)")
            return false
        }
    }

    /// The end was reached: what was read holds from now on.
    @discardableResult
    private func adopt(_ reading: inout Reading?) -> Bool {
        guard let table = reading?.catchingUp, let isLive = reading?.isAtEnd else { return false }
        // On a topic on which nothing was ever said the first word is yet to come.
        if table.lastHeardMs != nil { reading?.catchingUp = nil }
        reading?.isAtEnd = true
        let nowMs = nowMs()
        let moved = flags.withLock { flags in
            let before = flags.table.version
            flags.trouble = nil
            flags.adopt(table, isLive: isLive, nowMs: nowMs)
            return flags.table.version != before
        }
        hasReadAll.store(true, ordering: .releasing)
        return moved
    }

    /// What keeps it from reading: said once, not at every attempt.
    private func note(_ trouble: String) {
        let isNew = flags.withLock { flags in
            defer { flags.trouble = trouble }
            return flags.trouble != trouble
        }
        if isNew { log("flags: \(trouble)") }
    }

    private func beat(_ nowMs: Int64) {
        let payload = HeartbeatPayload(
            service: settings.service, instance: settings.instance, flagsVersion: version,
            stale: isStale ? true : nil, serviceVersion: settings.serviceVersion)
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
