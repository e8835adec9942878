// The service of the example: see CheckoutService.

internal import CommandLineKit
internal import DreamNetClient
internal import ExampleKit
internal import HTTP
internal import StreamsKafka

enum Options {
    static let service = Argument<String>.option(
        "service", ExampleOptions.name, default: "checkout",
        help: "The name under which flags are obeyed.")
    static let instance = Argument<String>.option(
        "instance", ExampleOptions.name, default: "1",
        help: "Tells the instances of one service apart.")
    static let payments = Argument<String>.requiredOption(
        "payments", ExampleOptions.url, help: "The root of payments.")
    static let paymentsTimeout = Argument<Int64>.option(
        "payments-timeout", .duration(inMs: 1...600_000), default: 10_000,
        help: "How long one call of payments may take.")
    static let bootstrap = Argument<String?>.option(
        "bootstrap", .string.shown(as: "HOST:PORT"),
        help: "The brokers of DreamNet; without, no flags are obeyed.")
    static let topicPrefix = Argument<String>.option(
        "topic-prefix", .string.shown(as: "PREFIX"), default: "",
        help: "What DreamNet's topics begin with.")

    /// The subscriber to the flags of this service, if there is a cluster to read them from.
    static func subscriber(_ invocation: Invocation) throws -> FlagSubscriber? {
        guard let bootstrap = try invocation[bootstrap] else { return nil }
        let instance = try "\(invocation[service])-\(invocation[instance])"
        let console = invocation.err
        return try FlagSubscriber(
            .init(service: invocation[service], instance: instance),
            configuration: KafkaConfiguration(
                bootstrapServers: bootstrap, topicPrefix: invocation[topicPrefix],
                clientID: instance),
            log: { console.line($0) })
    }
}

let tool = Tool(
    ToolCommand(
        "checkout", summary: "An example service that exports metrics and obeys flags.",
        discussion: "POST /checkout sells and calls payments, GET /catalog lists, GET /metrics "
            + "shows the golden signals.",
        arguments: [
            Options.service, Options.instance, ExampleOptions.port, Options.payments,
            Options.paymentsTimeout, Options.bootstrap, Options.topicPrefix,
        ],
        examples: [
            .init(
                "checkout --port 9001 --payments http://127.0.0.1:9002",
                "listens on 127.0.0.1:9001")
        ]
    ) { invocation in
        let name = try "\(invocation[Options.service])-\(invocation[Options.instance])"
        let stop = StopEvent.onSignals()
        let subscriber = try Options.subscriber(invocation)
        defer { subscriber?.stop() }
        let service = try CheckoutService(
            instance: name, paymentsURL: invocation[Options.payments],
            paymentsTimeoutMs: Int(invocation[Options.paymentsTimeout]),
            flags: subscriber.map { SubscribedFlags($0) } ?? NoFlags())
        service.chargeDeferredEverySecond(until: stop)
        try ExampleServer.run(
            name, port: invocation[ExampleOptions.port], console: invocation.err, stop: stop,
            handler: service.handle, onStop: service.beginStop)
        return .success
    }, version: "1.0")
await tool.main()
