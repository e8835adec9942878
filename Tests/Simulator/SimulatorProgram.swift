internal import CommandLineKit
internal import Simulation

/// `make simulate`: docs/simulation.md says what is simulated and what is checked.
@main
struct SimulatorProgram {
    static func main() async {
        await Tool(root, version: "1.0").main()
    }

    private static let root = ToolCommand(
        "simulator", summary: "Runs the services on a simulated log, with faults, by seed.",
        discussion: """
            The four services run with their real reducers and pipelines on a log inside this \
            process, on a clock and a scheduler that are drawn from the seed. What they commit is \
            held against a serial replay of their inputs. A run that fails is shown with the \
            fewest steps that show it, and with the command that repeats it.
            """,
        arguments: SimulatorOptions.all,
        examples: [
            .init("simulator --seeds 1..2000", "two thousand runs"),
            .init("simulator --seed 42 --steps 812", "repeats a run that has failed"),
            .init(
                "simulator --seeds 1..500 --bug offsets-outside",
                "shows that a known mistake is found"),
        ]
    ) { invocation in
        try SimulatorRun(invocation).run(invocation.out, invocation.err)
    }
}
