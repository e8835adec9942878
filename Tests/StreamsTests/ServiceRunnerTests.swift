import Contracts
import Dispatch
import Glibc
import LogContract
import Streams
import Testing

/// Unix ms.
private func wallClockMs() -> Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
}

/// A service on a thread of its own, over a broker that really blocks.
private final class Service: Sendable {
    typealias Runner = ServiceRunner<InProcessMember, CountingReducer>

    let runner: Runner
    let events = Locked<[ServiceEvent]>([])
    let owned = Locked<[[Int32]]>([])
    let result = Locked<Result<Bool, TaskFailure>?>(nil)

    init(_ broker: InProcessBroker, _ instance: String, group: String = "g") {
        var settings = ServiceSettings()
        settings.groupPollMs = 20
        settings.restartMs = 10
        settings.fencedRestartMs = 30
        settings.pipeline.batchMessagesMax = 50
        let (events, owned) = (events, owned)
        runner = Runner(
            member: InProcessMember(
                broker: broker, group: group, instance: instance,
                inputs: [CountingReducer.input]),
            topology: CountingReducer.topology,
            identity: TaskIdentity(service: "s", group: group, version: "1"),
            settings: settings, clock: { wallClockMs() },
            ownership: { partitions in owned.withLock { $0.append(partitions) } },
            observer: { event in events.withLock { $0.append(event) } },
            makeReducer: { _ in CountingReducer() })
    }

    func start() {
        DispatchQueue(label: "service").async { [self] in
            let ended = Result { () throws(TaskFailure) in
                try runner.run()
                return true
            }
            result.withLock { $0 = ended }
        }
    }
}

/// Waits until `condition` holds.
private func eventually(
    _ what: Comment, seconds: Int = 30, _ condition: () throws -> Bool
) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while try !condition() {
        try #require(ContinuousClock.now < end, what)
        try await Task.sleep(for: .milliseconds(5))
    }
}

@Suite(.serialized) struct ServiceRunnerTests {
    private let broker = InProcessBroker(blocks: true)

    init() { broker.createTopics(of: CountingReducer.topology, partitions: 4) }

    private func send(_ count: Int) throws {
        for number in 0..<count {
            try broker.produce(
                CountingReducer.input, partition: Int32(number % 4), key: "p\(number % 4)", "x")
        }
    }

    private func counts() -> [String: Int] {
        broker.readAll(CountingReducer.output).reduce(into: [:]) { counts, record in
            counts[record.keyText ?? "", default: 0] += 1
        }
    }

    private func last() -> [String: String] {
        broker.readAll(CountingReducer.output).reduce(into: [:]) { last, record in
            last[record.keyText ?? ""] = record.valueText
        }
    }

    private static func exact(_ count: Int) -> [String: Int] {
        ["p0": count, "p1": count, "p2": count, "p3": count]
    }

    @Test func `partitions move between instances and nothing is lost or done twice`()
        async throws
    {
        let one = Service(broker, "one")
        let two = Service(broker, "two")
        one.start()
        try send(2_000)
        try await eventually("the first has all") {
            one.runner.ownedPartitions == [0, 1, 2, 3] && one.runner.status.state == .running
        }
        two.start()
        try send(2_000)
        try await eventually("both have some") {
            one.runner.ownedPartitions.count == 2 && two.runner.ownedPartitions.count == 2
        }
        try send(2_000)
        try await eventually("everything") { counts() == Self.exact(1_500) }
        one.runner.requestStop(forGood: true)
        try await eventually("the first has ended") { one.result.withLock { $0 != nil } }
        #expect(one.runner.status.state == .stopped)
        try send(400)
        try await eventually("the second does all") { counts() == Self.exact(1_600) }
        two.runner.requestStop(forGood: false)
        try await eventually("the second has ended") { two.result.withLock { $0 != nil } }
        #expect(last() == ["p0": "x#1600", "p1": "x#1600", "p2": "x#1600", "p3": "x#1600"])
        #expect(two.owned.withLock { $0.contains([0, 1, 2, 3]) && $0.last == [] })
        #expect(one.events.withLock { $0.last } == .left(forGood: true))
    }

    @Test(arguments: [LogError.Kind.fatal, .fenced, .abortable, .retriable])
    func `a task whose log fails now and then goes on`(kind: LogError.Kind) async throws {
        let calls = Locked(0)
        broker.setHook { (call: InProcessCall) throws(LogError) in
            guard call.moment == .before, call.name != "poll" else { return }
            let number = calls.withLock { count -> Int in
                count += 1
                return count
            }
            if number.isMultiple(of: 301) { throw LogError(kind, code: "TEST", call.name) }
        }
        let service = Service(broker, "one")
        service.start()
        try send(1_000)
        try await eventually("everything") { counts() == Self.exact(250) }
        broker.setHook(nil)
        try send(4)
        try await eventually("all run") {
            counts() == Self.exact(251) && service.runner.status.state == .running
        }
        if kind == .fatal || kind == .fenced { #expect(service.runner.status.restarts > 0) }
        service.runner.requestStop(forGood: true)
        try await eventually("it has ended") { service.result.withLock { $0 != nil } }
        #expect(last()["p0"] == "x#251")
    }

    @Test func `what a person has to look at ends the service`() async throws {
        let service = Service(broker, "one")
        service.start()
        try send(40)
        try await eventually("everything") { counts() == Self.exact(10) }
        service.runner.requestStop(forGood: true)
        try await eventually("it has ended") { service.result.withLock { $0 != nil } }
        broker.dropHead(CountingReducer.changelog, to: 1)
        let other = Service(broker, "one")
        other.start()
        try await eventually("it has ended") { other.result.withLock { $0 != nil } }
        let ended = try #require(other.result.withLock { $0 })
        let failure = #expect(throws: TaskFailure.self) { try ended.get() }
        #expect(failure?.code == .changelogTruncated)
        #expect(other.runner.ownedPartitions == [])
    }

    @Test func `a call that does not return is seen`() async throws {
        let isHeld = Locked(true)
        let released = Wakeup()
        broker.setHook { (call: InProcessCall) throws(LogError) in
            guard call.name == "flush", call.partition == 2 else { return }
            while isHeld.withLock({ $0 }) { released.wait(since: released.seen, timeoutMs: 10) }
        }
        let service = Service(broker, "one")
        service.start()
        try send(40)
        try await eventually("partition 2 is stuck") {
            let call = service.runner.longestCall(nowMs: wallClockMs())
            return call?.partition == 2 && (call?.ms ?? 0) > 300
        }
        isHeld.withLock { $0 = false }
        released.notify()
        try await eventually("everything") { counts() == Self.exact(10) }
        service.runner.requestStop(forGood: true)
        try await eventually("it has ended") { service.result.withLock { $0 != nil } }
        #expect(service.runner.longestCall(nowMs: wallClockMs()) == nil)
    }

    @Test func `an idle task wakes for its timers`() async throws {
        let service = Service(broker, "one")
        service.start()
        try await eventually("it runs") { service.runner.status.state == .running }
        try broker.produce(CountingReducer.input, partition: 0, key: "p0", "timer:30")
        try await eventually("the timer") { last()["p0"] == "fired" }
        service.runner.requestStop(forGood: true)
        try await eventually("it has ended") { service.result.withLock { $0 != nil } }
    }

    @Test func `a second process of one name ends the first`() async throws {
        let one = Service(broker, "one")
        one.start()
        try send(40)
        try await eventually("everything") { counts() == Self.exact(10) }
        let again = Service(broker, "one")
        again.start()
        try await eventually("the first has ended") { one.result.withLock { $0 != nil } }
        try send(40)
        try await eventually("everything") { counts() == Self.exact(20) }
        again.runner.requestStop(forGood: true)
        try await eventually("the second has ended") { again.result.withLock { $0 != nil } }
        #expect(last()["p0"] == "x#20")
    }
}
