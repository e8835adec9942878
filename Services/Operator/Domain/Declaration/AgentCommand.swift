internal import CommandLineKit

/// `agent`: keeps a file current for a program that knows no Kafka.
struct AgentCommand: Sendable {
    private static let file = Argument.requiredOption(
        "file", .path.shown(as: "FLAGS.json"), help: "The file that the program reads.")
    private static let instance = Argument.option(
        "instance", .string.shown(as: "NAME"), default: "agent",
        help: "Tells the instances of one service apart, in heartbeats.")
    private static let lastKnown = Argument.option(
        "last-known", .path.shown(as: "FILE"),
        help: "Where the flags are kept for a start without Kafka. Default: FLAGS.json.known.")
    private static let trustedKeys = Argument.option(
        "trusted-keys", .path.shown(as: "FILE"), env: "DREAMNET_TRUSTED_KEYS",
        help: "Whose orders by break-glass are obeyed: a name and a public key a line.")
    private static let staleAfter = Argument.option(
        "stale-after", .duration(inMs: 1_000...3_600_000), default: 15_000,
        help: "Without news for so long the flags are STALE.")

    let arguments: OperatorArguments
    let shell: any OperatorShell

    var command: ToolCommand {
        let (shell, service) = (shell, arguments.requiredService)
        let breakGlassFile = arguments.breakGlassFile
        return ToolCommand(
            "agent", summary: "Keep a file with a service's flags current.",
            discussion: """
                For a program that knows no Kafka: it reads FLAGS.json, which is replaced as a whole \
                at every change and every 5 s. `status` in it is READY, STALE (no news for too \
                long: the last known flags) or ERROR (none are known: the program's own defaults \
                hold). It goes on while no broker is there, until SIGTERM or Ctrl-C.
                """,
            section: "Look after it",
            arguments: [
                Self.file, service, Self.instance, Self.lastKnown, Self.staleAfter,
                Self.trustedKeys, arguments.breakGlassFile,
            ],
            examples: [
                .init(
                    "dreamnet agent --file /run/shop/flags.json --service checkout",
                    "The program reads /run/shop/flags.json.")
            ]
        ) { invocation in
            let file = try invocation[Self.file]
            return try await shell.perform(
                .agent(
                    AgentRequest(
                        file: file, service: try invocation[service],
                        instance: try invocation[Self.instance],
                        lastKnownFile: try invocation[Self.lastKnown] ?? "\(file).known",
                        staleAfterMs: try invocation[Self.staleAfter],
                        breakGlassFile: try invocation[breakGlassFile],
                        trustedKeysFile: try invocation[Self.trustedKeys])), invocation)
        }
    }
}
