// The dependency of the example: see PaymentsService.

internal import CommandLineKit
internal import ExampleKit
internal import HTTP

let tool = Tool(
    ToolCommand(
        "payments", summary: "The example's dependency: charges quickly, until told otherwise.",
        discussion: "POST /control?latencyMs=6000&errorRate=0.8 makes it slow and failing; "
            + "POST /control?heal=1 heals it.",
        arguments: [ExampleOptions.port],
        examples: [.init("payments --port 9002", "listens on 127.0.0.1:9002")]
    ) { invocation in
        let stop = StopEvent.onSignals()
        let service = PaymentsService(stop: stop)
        try ExampleServer.run(
            "payments", port: invocation[ExampleOptions.port], console: invocation.err, stop: stop,
            handler: service.handle)
        return .success
    }, version: "1.0")
await tool.main()
