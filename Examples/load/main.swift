// The load of the example: see LoadGenerator.

internal import CommandLineKit
internal import ExampleKit
internal import HTTP

enum Options {
    static let gets = Argument<[String]>.repeatedOption(
        "get", ExampleOptions.url, help: "A URL to GET; may be repeated.")
    static let posts = Argument<[String]>.repeatedOption(
        "post", ExampleOptions.url, help: "A URL to POST to; may be repeated.")
    static let rate = Argument<Double>.option(
        "rate", .number(in: 0.1...100_000), default: 50,
        help: "Requests a second, over all URLs in turn.")
    static let threads = Argument<Int>.option(
        "threads", .integer(in: 1...1000), default: 64,
        help: "Threads, each with a connection: so many requests are under way at most.")
    static let seconds = Argument<Double>.option(
        "seconds", .number(in: 0.1...86_400), default: 60, help: "How long to send.")
    static let timeout = Argument<Int64>.option(
        "timeout", .duration(inMs: 1...600_000), default: 15_000,
        help: "How long to wait for one answer.")
    static let json = Argument<Bool>.flag("json", help: "Print lines of JSON.")
}

let tool = Tool(
    ToolCommand(
        "load", summary: "Sends requests at a set rate and prints a line a second.",
        discussion: "The last line is the whole run. Requests that were refused because of a flag "
            + "are counted apart from errors; skipped are those that no thread was free to send.",
        arguments: [
            Options.gets, Options.posts, Options.rate, Options.threads, Options.seconds,
            Options.timeout, Options.json,
        ],
        examples: [
            .init(
                "load --post http://127.0.0.1:9001/checkout --rate 50 --seconds 30",
                "buys 50 times a second for half a minute")
        ]
    ) { invocation in
        let targets =
            try invocation[Options.gets].map { LoadPlan.Target(.get, $0) }
            + invocation[Options.posts].map { LoadPlan.Target(.post, $0) }
        guard !targets.isEmpty else {
            throw CommandFailure(
                "nothing to send", hint: "Give --get URL or --post URL.", exitCode: .usage)
        }
        let plan = try LoadPlan(
            targets: targets, rate: invocation[Options.rate], threads: invocation[Options.threads],
            seconds: invocation[Options.seconds], timeoutMs: Int(invocation[Options.timeout]))
        let line = try invocation[Options.json] ? \LoadReport.json : \LoadReport.text
        let total = LoadGenerator(plan, stop: .onSignals()).run { report in
            invocation.out.line(report[keyPath: line])
        }
        try invocation.out.line(
            invocation[Options.json]
                ? #"{"total":\#(total.json)}"# : "in all, \(total.text)")
        return .success
    }, version: "1.0")
await tool.main()
