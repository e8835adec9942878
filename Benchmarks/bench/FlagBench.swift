internal import CAllocations
internal import CommandLineKit
internal import Contracts
internal import DreamNetClient
internal import Glibc
internal import StreamsKafka

/// What it costs an app to ask for a flag: time, and allocations. No broker is needed: the
/// subscriber has the flags of a last-known file.
struct FlagBench {
    /// The promise, ns a look-up.
    private static let goalNs = 100.0
    private static let rounds = 7

    private let lookUps: Int

    init(_ invocation: Invocation) throws {
        let given = try invocation[BenchOptions.messages]
        lookUps = given > 0 ? given : 5_000_000
    }

    func run(_ out: Console) throws -> ExitCode {
        let file = "/tmp/dreamnet-bench-flags.\(getpid())"
        defer { unsafe unlink(file) }
        try PrivateFile.replace(file, with: Self.flags())
        let subscriber = try FlagSubscriber(
            .init(service: "checkout", instance: "bench", lastKnownFile: file),
            configuration: KafkaConfiguration(bootstrapServers: "127.0.0.1:1", topicPrefix: ""),
            log: { _ in })
        // Without the threads of the client: their allocations are not the look-up's.
        subscriber.stop()
        guard subscriber.bool("safe_mode", default: false),
            subscriber.number("rate_limit") == 40
        else { throw CommandFailure("the last-known file was not taken: \(subscriber.status)") }
        let watched = subscriber.watch("external_calls")
        out.line(
            "| look-up of one flag of 40 | CPU ns, median | CPU ns, worst round | allocations |")
        out.line("|---|---|---|---|")
        let byName = measure("by name, a truth value", out) {
            subscriber.bool("external_calls", default: true)
        }
        let number = measure("by name, a number", out) {
            (subscriber.number("rate_limit") ?? 0) > 50
        }
        let unset = measure("by name, one that nobody has set", out) {
            subscriber.bool("module:citadel", default: false)
        }
        let byHandle = measure("watched", out) { watched.isOn(default: true) }
        let holds = [byName, number, unset, byHandle].allSatisfy {
            $0.medianNs < Self.goalNs && $0.allocations <= 0
        }
        out.line("")
        out.line(
            "Goal: under \(Int(Self.goalNs)) ns, and no allocation: \(holds ? "holds" : "does not hold")."
        )
        return holds ? .success : .failure
    }

    private struct Cost {
        let medianNs: Double
        let allocations: Int64
    }

    private func measure(_ name: String, _ out: Console, _ body: () -> Bool) -> Cost {
        var (times, hits, allocations): ([Double], Int, Int64) = ([], 0, 0)
        times.reserveCapacity(Self.rounds)
        for _ in 0..<Self.rounds {
            let allocated = dreamnet_allocations()
            let beginNs = Self.nowNs()
            for _ in 0..<lookUps where body() { hits += 1 }
            times.append(Double(Self.nowNs() - beginNs) / Double(lookUps))
            allocations += dreamnet_allocations() - allocated
        }
        let sorted = times.sorted()
        let cost = Cost(medianNs: sorted[sorted.count / 2], allocations: allocations)
        out.line(
            "| \(name) | \(Statistics.text(cost.medianNs, digits: 1)) "
                + "| \(Statistics.text(sorted.last ?? 0, digits: 1)) | \(cost.allocations) |")
        // What is counted cannot be left out by the compiler.
        if hits < 0 { out.line("") }
        return cost
    }

    /// The time that this thread has had: what others do on the machine is not the look-up's.
    private static func nowNs() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private static func flags() -> [UInt8] {
        let modules = (0..<36).map { ("module:m\($0)", "false") }
        let flags =
            [("safe_mode", "true"), ("external_calls", "false"), ("rate_limit", "40")] + modules
        let records = flags.enumerated().map { index, flag in
            #"{"type":"flag_state","service":"checkout","flag":"\#(flag.0)","value":\#(flag.1),"#
                + #""version":\#(index),"holders":[],"updatedMs":1}"#
        }
        let all =
            #"{"type":"flag_state","service":"*","flag":"write_drain","value":true,"#
            + #""version":39,"holders":[],"updatedMs":1}"#
        return Array(
            (#"{"format":"dreamnet-flags-1","service":"checkout","version":40,"savedMs":1,"#
                + #""flags":[\#((records + [all]).joined(separator: ","))]}"#).utf8)
    }
}
