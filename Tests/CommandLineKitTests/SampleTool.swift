import CommandLineKit

/// A small tool in the shape of the operators' command line.
enum SampleTool {
    enum Severity: String, CaseIterable, Sendable {
        case p0, p1, p2, p3
    }

    static let json = Argument.flag("json", help: "Print JSON.")
    static let bootstrap = Argument.option(
        "bootstrap", .string.shown(as: "HOST:PORT"), default: "127.0.0.1:9092",
        env: "SAMPLE_BOOTSTRAP", section: "Connection", help: "The brokers to connect to.")
    static let color = Argument.toggle(
        "color", default: true, env: "SAMPLE_COLOR", help: "Colour what is printed.")

    static let service = Argument.option(
        "service", services, short: "s", env: "SAMPLE_SERVICE",
        help: "The service that it is about.")
    static let all = Argument.flag("all", help: "All services.")
    static let reason = Argument.requiredOption(
        "reason", .string, help: "Why; it stands in the timeline.")
    static let duration = Argument.option(
        "for", .duration(inMs: 1_000...86_400_000), default: 1_800_000,
        help: "How long it holds.")
    static let yes = Argument.flag("yes", short: "y", help: "Do not ask.")
    static let verbose = Argument.flag("verbose", short: "v", help: "Say more.")
    static let limit = Argument.option(
        "limit", .integer(in: -10...100), default: 20, short: "n", help: "How many.")
    static let label = Argument.repeatedOption(
        "label", .string, env: "SAMPLE_LABELS", help: "A label of it.")
    static let rate = Argument.option("rate", .percentage(), help: "The share of requests.")
    static let config = Argument.option("config", .path, help: "The configuration.")

    static let incident = Argument.positional("id", .string, help: "The incident.")
    static let severity = Argument.optionalPositional(
        "severity", .choice(Severity.self), help: "How bad it is.")
    static let topics = Argument.rest("topic", .string, help: "The topics; all without.")

    static let services = ValueFormat<String>.string.shown(as: "NAME").completed { request in
        let broker = (try? request.values[bootstrap]) ?? ""
        return [
            CompletionCandidate("checkout", help: "on \(broker)"), "check in", "payments",
            "evil\u{1B}[2J",
        ]
    }

    static let safeModeOn = ToolCommand(
        "on", summary: "Turn safe mode on.",
        discussion: "Every call to the outside stops.\nIt is undone by 'sample safe-mode off'.",
        arguments: [service, all, reason, duration, yes],
        constraints: [.exactlyOne(of: service, all)],
        examples: [
            .init("sample safe-mode on --service checkout --reason 'errors'", "For one service.")
        ]
    ) { invocation in
        let target = try invocation[service] ?? "all"
        invocation.out.line("on \(target) \(try invocation[duration])")
        return .success
    }

    static let tool = Tool(
        ToolCommand(
            "sample", summary: "See and steer.", globals: [bootstrap, color, json],
            subcommands: [
                ToolCommand(
                    "safe-mode", summary: "Stop what is risky.", section: "Act",
                    subcommands: [
                        safeModeOn,
                        ToolCommand(
                            "off", summary: "Turn safe mode off.", arguments: [service, verbose]
                        ) { _ in throw CommandFailure("no broker", hint: "Start one.", exitCode: 6)
                        },
                    ]),
                ToolCommand(
                    "topics", summary: "Topics of the bus.",
                    subcommands: [
                        ToolCommand(
                            "plan", summary: "Show what would change.",
                            arguments: [topics, limit, label, rate, config, yes, verbose]
                        ) { _ in 3 }
                    ]),
                ToolCommand(
                    "incidents", summary: "Incidents and their timelines.",
                    subcommands: [
                        ToolCommand(
                            "ack", summary: "Take an incident on.", arguments: [incident, severity]
                        ) { invocation in
                            _ = try invocation[reason]
                            return .success
                        }
                    ]),
                ToolCommand("secret", summary: "Not shown.", isHidden: true) { _ in .success },
            ]
        ) { invocation in
            invocation.out.line("status")
            return .success
        }, version: "1.2.3")

    static func parse(
        _ line: String, _ environment: [String: String] = [:]
    ) -> ParseResult {
        tool.parse(line.split(separator: " ").map(String.init), environment: environment)
    }

    /// The values of a line that must be right.
    static func values(
        _ line: String, _ environment: [String: String] = [:]
    ) throws -> ArgumentValues {
        switch parse(line, environment) {
        case .run(let parsed): return parsed.values
        case .failure(let error): throw error
        default: throw CommandFailure("'\(line)' does not run a command")
        }
    }

    /// The error of a line that must be wrong.
    static func error(_ line: String, _ environment: [String: String] = [:]) -> UsageError? {
        guard case .failure(let error) = parse(line, environment) else { return nil }
        return error
    }

    static func text(_ line: String) -> String? {
        guard case .text(let text) = parse(line) else { return nil }
        return text
    }
}
