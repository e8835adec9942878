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
        subcommands: Comparison.all.map(comparing) + [
            reducer, restore, latency, footprint, memory, letters, flags, round,
        ])

    private static func comparing(_ comparison: Comparison) -> ToolCommand {
        ToolCommand(
            comparison.name, summary: comparison.summary, arguments: BenchOptions.comparison
        ) { invocation in
            let bench = try ComparisonBench(comparison, invocation)
            return try await BenchTopics.clean(invocation) { try bench.run(invocation.out) }
        }
    }

    private static let reducer = ToolCommand(
        "reducer", summary: "os-core's reducer alone, without a broker.",
        arguments: BenchOptions.letters
    ) { invocation in
        try ReducerBench(invocation).run(invocation.out)
    }

    private static let restore = ToolCommand(
        "restore", summary: "How long a table takes to come back from its changelog.",
        arguments: BenchOptions.restore
    ) { invocation in
        let bench = try RestoreBench(invocation)
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

    private static let letters = ToolCommand(
        "letters", summary: "Dead letters: their status and their replay.",
        arguments: BenchOptions.letters
    ) { invocation in
        let bench = try LetterBench(invocation)
        return try await BenchTopics.clean(invocation) { try bench.run(invocation.out) }
    }

    private static let flags = ToolCommand(
        "flags", summary: "What a look-up of a flag costs an app.",
        arguments: BenchOptions.letters
    ) { invocation in
        try FlagBench(invocation).run(invocation.out)
    }

    private static let round = ToolCommand(
        "round", summary: "One round of the Swift side, as a process of its own.",
        isHidden: true, arguments: BenchOptions.round
    ) { invocation in
        try Round(invocation).run(invocation.out)
    }
}
