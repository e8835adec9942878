import Contracts
import Glibc
import Processes
import Runtime
import StreamsKafka
import TestKit

/// Two instances of control-core under a steady stream of orders: the one at work is killed, killed
/// and started again, or told to leave, and the gap in the outcomes is measured.
package final class StandbyDrill: Sendable {
    /// How long the outcomes may stay away before the drill gives up.
    private static let goesOnWithin: Duration = .seconds(60)
    /// How long outcomes have to come, and the longest time between two of them, ms.
    private static let steadyMs: Int64 = 1_000
    private static let pauseMs: Int64 = 200
    private static let service = Service.controlCore

    private let stack: Stack
    private let trap: WireTrap
    private let follower: BusFollower
    private let orders: OrderStream

    /// Runs `body` on a broker of its own, reached by a trap.
    /// - Returns: what `body` says, and the audit of the topics.
    package static func with<Value>(
        _ body: (StandbyDrill) async throws -> Value
    ) async throws -> (Value, breaches: [Breach], orders: Int, outcomes: Int) {
        let (port, direct) = (try FreePort.pair(), try FreePort.take())
        let trap = try WireTrap(port: try FreePort.take(), upstream: port)
        defer { trap.stop() }
        let broker = try await TestBroker.start(
            kind: .kafka, port: port,
            settings: ListenerSettings.make(port: port, advertised: trap.port, direct: direct))
        let stack = try Stack(
            bootstrapServers: "127.0.0.1:\(direct)", serviceServers: "127.0.0.1:\(trap.port)")
        do {
            try await stack.applyTopics()
            for number in 0...1 { try stack.start(service, instance: number) }
            try await stack.awaitReady()
            let drill = try StandbyDrill(stack, trap)
            let value = try await body(drill)
            let (audit, sent) = try await drill.finish()
            await stack.remove()
            try await broker.kill()
            return (
                value, audit.breaches(sent: LoadCounts(commands: sent)), sent, audit.finalCount
            )
        } catch {
            await stack.remove()
            try? await broker.kill()
            throw error
        }
    }

    private init(_ stack: Stack, _ trap: WireTrap) throws {
        self.stack = stack
        self.trap = trap
        follower = try BusFollower(stack.kafka)
        orders = OrderStream(stack.kafka, everyMs: 20)
    }

    // MARK: The blows

    /// Kills the instance at work; the other one takes over.
    /// - Returns: the longest time between two outcomes around it, ms.
    package func kill(_ moment: KillMoment, after delay: Duration) async throws -> Int64 {
        let number = try await settled()
        let process = try stack.process(Self.service, instance: number)
        try await Task.sleep(for: delay)
        let killedMs = try await strike(process, moment)
        let gapMs = try await gap(from: killedMs)
        try stack.start(Self.service, instance: number)
        return gapMs
    }

    /// Kills the instance at work and starts it again under its name.
    /// - Returns: the gap, and how long its restore took, ms.
    package func restart(after delay: Duration) async throws -> (gapMs: Int64, restoreMs: Int64) {
        let number = try await settled()
        let process = try stack.process(Self.service, instance: number)
        try await Task.sleep(for: delay)
        let killedMs = try await strike(process, .anywhere)
        let started = try stack.start(Self.service, instance: number)
        let gapMs = try await gap(from: killedMs)
        let restored = started.log.matches(of: /"restored","ms":"([0-9]+)"/).last
        return (gapMs, restored.flatMap { Int64($0.output.1) } ?? 0)
    }

    /// Tells the instance at work to leave for good.
    /// - Returns: the gap, ms.
    package func drain() async throws -> Int64 {
        let number = try await settled()
        let process = try stack.process(Self.service, instance: number)
        let askedMs = SystemClock.monotonicMs()
        try await process.drain()
        let gapMs = try await gap(from: askedMs)
        let status = try await process.awaitEnd()
        guard status.isSuccess else { throw EndToEndError("drained: \(status)") }
        try stack.start(Self.service, instance: number)
        return gapMs
    }

    // MARK: Looking

    /// Waits until both are ready, one of them is at work, and outcomes have come steadily for a
    /// while: the one that was started again has joined, and what that costs is over.
    /// - Returns: the one at work.
    private func settled() async throws -> Int {
        try await stack.awaitReady()
        return try await eventualValue("one is at work", within: Self.goesOnWithin) {
            guard isSteady(nowMs: SystemClock.monotonicMs()) else { return nil }
            for number in 0...1 {
                let process = try stack.process(Self.service, instance: number)
                if await process.metric("dreamnet_tasks") == 1 { return number }
            }
            return nil
        }
    }

    /// Whether the outcomes of the last second came without a pause.
    private func isSteady(nowMs: Int64) -> Bool {
        let times = follower.outcomeTimesMs.suffix(200).filter { $0 > nowMs - Self.steadyMs }
        guard let first = times.first else { return false }
        let all = [nowMs - Self.steadyMs, first] + times + [nowMs]
        return zip(all, all.dropFirst()).allSatisfy { $1 - $0 < Self.pauseMs }
    }

    private func strike(_ process: ServiceProcess, _ moment: KillMoment) async throws -> Int64 {
        let struck = Locked<Int64?>(nil)
        let close: @Sendable () -> Void = {
            process.child.send(signal: SIGKILL)
            struck.withLock { $0 = SystemClock.monotonicMs() }
        }
        if moment == .anywhere {
            close()
        } else {
            trap.arm(moment, clientID: process.instance, close)
        }
        let status = try await process.awaitEnd()
        guard status == .signaled(SIGKILL), let ms = struck.withLock({ $0 }) else {
            throw EndToEndError("\(process.instance) ended otherwise: \(status)")
        }
        return ms
    }

    /// The longest time between two outcomes, from just before `startMs` on, once they come again.
    private func gap(from startMs: Int64) async throws -> Int64 {
        try await eventually("outcomes come again", within: Self.goesOnWithin) {
            let later = follower.outcomeTimesMs.filter { $0 > startMs + 300 }
            return later.count >= 20
        }
        let times = follower.outcomeTimesMs
        let first = times.lastIndex { $0 < startMs } ?? times.startIndex
        let around = times[first...]
        return zip(around, around.dropFirst()).map { $1 - $0 }.max() ?? 0
    }

    private func finish() async throws -> (TopicAudit, Int) {
        let sent = try await orders.finish()
        try await stack.awaitReady()
        try await eventually("every order is answered", within: Self.goesOnWithin) {
            follower.look { $0.finalCount } >= sent
        }
        return (try await follower.finish(), sent)
    }
}
