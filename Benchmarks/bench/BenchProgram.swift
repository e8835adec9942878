internal import CommandLineKit
internal import Runtime

/// `make bench`: what docs/performance.md reports. scripts/bench makes the stage (release build,
/// broker, configuration) and calls these commands in turn.
@main
struct BenchProgram {
    static func main() async {
        await Tool(root, version: DreamNetVersion.text).main()
    }

    private static let root = ToolCommand(
        "bench", summary: "Measures speed, latency, memory and start time on a broker.",
        discussion: """
            Each command prints a table in Markdown. `make bench` runs them all on a broker of its \
            own; nothing here ever touches another one.
            """,
        globals: BenchOptions.globals,
        subcommands: [throughput, latency, footprint, memory, passThrough])

    private static let throughput = ToolCommand(
        "throughput", summary: "A pass-through pipeline against a C program, in turn.",
        arguments: BenchOptions.throughput
    ) { invocation in
        let bench = try ThroughputBench(invocation)
        return try await BenchTopics.clean(invocation) { try bench.run(invocation.out) }
    }

    private static let latency = ToolCommand(
        "latency", summary: "From the append of a signal to the read of the flag.",
        arguments: BenchOptions.latency
    ) { invocation in
        let bench = try LatencyBench(invocation)
        return try await BenchTopics.clean(invocation) { try await bench.run(invocation.out) }
    }

    private static let footprint = ToolCommand(
        "footprint", summary: "Memory and start time of each service.",
        arguments: BenchOptions.footprint
    ) { invocation in
        let bench = try FootprintBench(invocation)
        return try await BenchTopics.clean(invocation) { try bench.run(invocation.out) }
    }

    private static let memory = ToolCommand(
        "memory", summary: "Resident memory under an hour's load, and under a burst.",
        arguments: BenchOptions.memory
    ) { invocation in
        let bench = try MemoryBench(invocation)
        return try await BenchTopics.clean(invocation) { try bench.run(invocation.out) }
    }

    private static let passThrough = ToolCommand(
        "pass-through", summary: "One round of the Swift side, as a process of its own.",
        isHidden: true, arguments: BenchOptions.passThrough
    ) { invocation in
        try PassThroughRun(invocation).run(invocation.out)
    }
}
