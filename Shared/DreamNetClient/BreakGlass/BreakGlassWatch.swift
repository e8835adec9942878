internal import Contracts
internal import Glibc
internal import Streams
internal import StreamsKafka
internal import Synchronization

/// Watches the break-glass file beside a subscriber: what is genuine in it is obeyed at once, and
/// published once control-core is heard of again. An order ends locally when its outcome is known:
/// from then on the bus says what holds.
final class BreakGlassWatch: Sendable {
    /// What of a file changes when it is replaced.
    private struct Fingerprint: Equatable {
        var inode: UInt = 0
        var mode: UInt32 = 0
        var size = 0
        var seconds = 0
        var nanoseconds = 0

        init(of path: String) {
            var status = stat()
            guard unsafe lstat(path, &status) == 0 else { return }
            inode = status.st_ino
            mode = status.st_mode
            size = status.st_size
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }
    }

    private static let lookMs: Int64 = 200
    private static let retryMs: Int64 = 2_000
    private static let answerMs: Int64 = 10_000

    private let settings: FlagSubscriber.BreakGlass
    private let staleAfterMs: Int64
    private let configuration: KafkaConfiguration
    private let flags: Locked<ObeyedFlags>
    private let nowMs: @Sendable () -> Int64
    private let log: @Sendable (String) -> Void
    private let isStopped = Atomic<Bool>(false)
    private let wakeup = Wakeup()
    private let thread = Locked<SystemThread?>(nil)

    init(
        _ settings: FlagSubscriber.BreakGlass, staleAfterMs: Int64,
        configuration: KafkaConfiguration, flags: Locked<ObeyedFlags>,
        nowMs: @escaping @Sendable () -> Int64, log: @escaping @Sendable (String) -> Void
    ) throws {
        self.settings = settings
        self.staleAfterMs = staleAfterMs
        self.configuration = configuration
        self.flags = flags
        self.nowMs = nowMs
        self.log = log
        let started = try SystemThread { self.run() }
        thread.withLock { $0 = started }
    }

    func stop() {
        isStopped.store(true, ordering: .releasing)
        wakeup.notify()
        thread.withLock { $0.take() }?.join()
    }

    // MARK: The thread

    private func run() {
        var seen: [Fingerprint]?
        var acts: [LocalAct] = []
        var retryAtMs: Int64 = 0
        while !isStopped.load(ordering: .acquiring) {
            let now = [Fingerprint(of: settings.file), Fingerprint(of: settings.keysFile)]
            if now != seen {
                seen = now
                acts = read()
            }
            let nowMs = nowMs()
            let settled = flags.withLock { $0.settled }
            let open = acts.filter { !settled.contains($0.id) }
            flags.withLock { $0.obey(open.filter { $0.holds(at: nowMs) }) }
            if !open.isEmpty, nowMs >= retryAtMs, isReady(nowMs) {
                for act in open where !isStopped.load(ordering: .acquiring) { settle(act) }
                retryAtMs = self.nowMs() + Self.retryMs
            }
            let before = wakeup.seen
            guard !isStopped.load(ordering: .acquiring) else { return }
            wakeup.wait(since: before, timeoutMs: Self.lookMs)
        }
    }

    private func isReady(_ nowMs: Int64) -> Bool {
        flags.withLock { $0.status(nowMs: nowMs, staleAfterMs: staleAfterMs).state == .ready }
    }

    private func read() -> [LocalAct] {
        var acts: [LocalAct] = []
        var troubles: [String] = []
        do throws(FlagFileError) {
            let file = try BreakGlassFile.read(settings.file)
            let keys = try TrustedKeys.read(settings.keysFile)
            for act in file.acts {
                do throws(LocalActRefusal) {
                    acts.append(try LocalAct(act, keys: keys, nowMs: nowMs()))
                } catch {
                    troubles.append("\(settings.file): \(error)")
                }
            }
        } catch {
            // That there is no file is the usual case.
            if error.code != .missing { troubles.append(error.description) }
        }
        let trouble = troubles.isEmpty ? nil : troubles.joined(separator: "; ")
        let isNew = flags.withLock { flags in
            defer { flags.breakGlassTrouble = trouble }
            return flags.breakGlassTrouble != trouble
        }
        if isNew, let trouble { log("flags: break-glass refused: \(trouble)") }
        return acts.sorted { ($0.ts, $0.id) < ($1.ts, $1.id) }
    }

    // MARK: Publishing

    /// Publishes an order, and waits for its outcome; if none comes it is tried again later. To
    /// publish it twice does nothing: its id is the same.
    private func settle(_ act: LocalAct) {
        do throws(KafkaError) {
            let reader = try KafkaReader(configuration) { _ in }
            defer { reader.stop() }
            let topic = BusTopic.outcome.rawValue
            try reader.start(topic: topic, from: .time(ms: act.ts - 1_000), timeoutMs: 5_000)
            var outcome: OutcomePayload?
            try reader.readToEnd(deadlineMs: 10_000) { outcome = outcome ?? self.answer($0, act) }
            if outcome == nil {
                try publish(act)
                let deadlineMs = nowMs() + Self.answerMs
                while outcome == nil, nowMs() < deadlineMs,
                    !isStopped.load(ordering: .acquiring)
                {
                    if let record = try reader.poll(timeoutMs: 100) {
                        outcome = answer(record, act)
                    }
                }
            }
            if let outcome { end(act, outcome) }
        } catch {
            let trouble =
                "order \(act.id) of \(act.command.author) is obeyed here and not published yet: "
                + "\(error)"
            let isNew = flags.withLock { flags in
                defer { flags.breakGlassTrouble = trouble }
                return flags.breakGlassTrouble != trouble
            }
            if isNew { log("flags: break-glass: \(trouble)") }
        }
    }

    private func publish(_ act: LocalAct) throws(KafkaError) {
        let producer = try KafkaProducer(
            configuration, deliveryDeadlineMs: 8_000, queueLimit: 10, log: { _ in })
        defer { producer.close() }
        let value = Array(act.act.value.utf8)
        var headers = [
            RecordHeader(CommandSignature.headerName, text: act.act.signature)
        ]
        if let envelope = try? Envelope(parsing: value) {
            headers =
                MessageHeaders.make(for: envelope, source: "break-glass", traceparent: nil)
                + headers
        }
        let failedBefore = producer.failedPosts
        producer.post(
            NewRecord(
                topic: BusTopic.command.rawValue, key: Array(act.act.key.utf8), value: value,
                headers: headers))
        try producer.flush(deadlineMs: 8_000)
        guard producer.failedPosts == failedBefore else {
            throw KafkaError(
                .timedOut, isRetriable: true,
                "\(BusTopic.command.rawValue) did not take it; may this account write there?")
        }
    }

    private func answer(_ record: ReadRecord, _ act: LocalAct) -> OutcomePayload? {
        guard let value = record.value, let envelope = try? Envelope(parsing: value),
            let outcome = try? envelope.payload(as: OutcomePayload.self),
            outcome.commandId == act.id, outcome.final, outcome.copy != true
        else { return nil }
        return outcome
    }

    private func end(_ act: LocalAct, _ outcome: OutcomePayload) {
        // What the bus says must be here before the order ends, or the flag would flicker.
        let deadlineMs = nowMs() + Self.answerMs
        while let version = outcome.flagsVersion, nowMs() < deadlineMs,
            flags.withLock({ $0.table.version < version })
        {
            let before = wakeup.seen
            guard !isStopped.load(ordering: .acquiring) else { return }
            wakeup.wait(since: before, timeoutMs: 20)
        }
        flags.withLock { flags in
            flags.settle(act.id)
            flags.breakGlassTrouble = nil
        }
        let reason = outcome.reason.map { ": \($0)" } ?? ""
        log(
            "flags: break-glass order \(act.id) of \(act.command.author) is published, and "
                + "\(outcome.status.rawValue)\(reason)")
    }
}
