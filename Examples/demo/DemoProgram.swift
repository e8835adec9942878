internal import CommandLineKit
internal import Runtime

@main
struct DemoProgram {
    static func main() async {
        await Tool(command, version: DreamNetVersion.text).main()
    }

    private static let command = ToolCommand(
        "demo", summary: "Shows an outage of a real service, from the first signal to recovery.",
        discussion: """
            Starts a broker, DreamNet's four services, an example shop with its dependency and \
            load, all on the loopback; breaks the dependency; shows what happens; cleans up. \
            DREAMNET_TEST_BOOTSTRAP names a broker to use instead of starting one.
            Exit status: 0 if the outage was detected, contained and over, 1 if not.
            """,
        arguments: DemoOptions.all,
        examples: [
            .init("demo", "The outage of the example shop."),
            .init(
                "demo --replay latency.csv --signal latency --unit ms "
                    + "--severity-profile nab-ec2-latency",
                "What a recorded series would have raised."),
        ]
    ) { invocation in
        let stage = try DemoStage(
            home: invocation[DemoOptions.home], console: invocation.out,
            keepsLogs: invocation[DemoOptions.keepLogs])
        let signals = ShutdownSignal { _ in stage.interrupt() }
        defer { withExtendedLifetime(signals) {} }
        defer { stage.close() }
        if let plan = try ReplayPlan(invocation) {
            return try await ReplayScenario(stage, plan).run()
        }
        return try await OutageScenario(stage).run()
    }
}
