import Contracts
import Streams

@testable import OSCoreDomain

/// Drives os-core's task over messages of chance, as the pipeline does: transactions of several
/// messages and timers, some of them aborted and done again, restarts between.
struct SignalStream {
    /// FNV-1a, each part behind its length.
    struct Digest: Equatable {
        private var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        var text: String { String(hash, radix: 16) }

        mutating func add(_ bytes: [UInt8]?) {
            let count = UInt64(bytes.map { $0.count + 1 } ?? 0)
            for shift in 0..<4 { add(UInt8(truncatingIfNeeded: count >> UInt64(8 * shift))) }
            for byte in bytes ?? [] { add(byte) }
        }

        mutating func add(_ text: String) { add(Array(text.utf8)) }

        private mutating func add(_ byte: UInt8) {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
    }

    /// What came of it.
    struct Outcome: Equatable {
        var said = Digest()
        var refused = Digest()
        var changelog = Digest()
        var entries = Digest()
        var alerts = 0
        var codes: [Rejection.Code] = []

        var told: [String] { [said.text, refused.text] }
        var kept: [String] { [changelog.text, entries.text] }
    }

    private(set) var outcome = Outcome()
    private let policy: OSCorePolicy
    private var random: RandomSignals
    private var task: ReducerTask<OSCoreReducer>
    private var changelog: [(key: [UInt8]?, value: [UInt8]?)] = []
    private var nowMs = noonMs
    private var nextOffsets: [Int64] = [0, 0]

    init(_ policy: OSCorePolicy, seed: UInt64) {
        self.policy = policy
        random = RandomSignals(seed: seed)
        task = Self.makeTask(policy)
    }

    private static func makeTask(_ policy: OSCorePolicy) -> ReducerTask<OSCoreReducer> {
        ReducerTask(
            OSCoreReducer(policy: policy, partitionCount: 1), partition: 0,
            identity: TaskIdentity(service: "os-core", group: "os-core", version: "test"),
            deadLetterBytesMax: PipelineSettings.deadLetterBytesMaxDefault,
            outputBytesMax: PipelineSettings.outputBytesMaxDefault,
            // The course of each message alone, as it was recorded.
            retries: [BusTopic.signal.rawValue: RetryPolicy(attemptsMax: 1)])
    }

    mutating func run(transactions: Int) throws {
        start()
        for _ in 0..<transactions {
            nowMs += Int64(random.number(0...(random.chance(1) ? 120_000 : 3_000)))
            let messages = (0..<random.number(1...60)).map { _ in random.next(nowMs: nowMs) }
            if random.chance(10) {
                _ = take(messages)
                task.rollback()
            }
            for rejection in take(messages) {
                outcome.codes.append(rejection.code)
                outcome.refused.add("\(rejection.code) \(rejection.message)")
            }
            stage()
            if random.chance(3) { try restart() }
        }
        for (id, entries) in task.entries().sorted(by: { $0.key < $1.key }) {
            outcome.entries.add([id])
            for (key, value) in entries.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
                outcome.entries.add(key)
                outcome.entries.add(value)
            }
        }
    }

    private mutating func start() {
        task.begin(nowMs: nowMs)
        guard task.start() else { return task.rollback() }
        stage()
    }

    private mutating func restart() throws {
        task = Self.makeTask(policy)
        for (key, value) in changelog { try task.restore(key: key, value: value) }
        start()
    }

    private mutating func take(_ messages: [RandomSignals.Message]) -> [Rejection] {
        var offsets = nextOffsets
        var rejections: [Rejection] = []
        task.begin(nowMs: nowMs)
        for message in messages {
            if task.nextDueMs.map({ $0 <= nowMs }) ?? false { _ = task.fireTimer() }
            let rejection = InputRecord.with(
                input: message.input, partition: 0, offset: offsets[message.input],
                timestampMs: nowMs, key: message.key, value: message.value,
                headers: RecordHeaders([])
            ) { task.reduce($0) }
            offsets[message.input] += 1
            if let rejection { rejections.append(rejection) }
        }
        while task.fireTimer() {}
        return rejections
    }

    private mutating func stage() {
        _ = task.stageChangelog(nextOffsets: nextOffsets)
        let changelogIndex = task.topics.changelogIndex
        task.context.outputs.forEach { record in
            let (key, value) = (record.copyKey(), record.copyValue())
            guard record.topic != changelogIndex else {
                changelog.append((key, value))
                outcome.changelog.add(key)
                outcome.changelog.add(value)
                return
            }
            let topic = task.topics.written[record.topic]
            outcome.alerts += topic == BusTopic.alert.rawValue ? 1 : 0
            outcome.said.add(topic)
            outcome.said.add(key)
            outcome.said.add(value)
            for header in record.headers {
                outcome.said.add(header.name)
                outcome.said.add(header.value)
            }
        }
        task.commit()
    }
}
