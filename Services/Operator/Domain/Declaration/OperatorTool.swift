public import CommandLineKit

/// The operators' command line, declared once: commands, options, help and completion.
public enum OperatorTool {
    /// The tool.
    /// - Parameters:
    ///   - connection: the options that say where the cluster is, which every command takes.
    ///   - fallback: what a configuration file says.
    ///   - shell: carries out what a line asks for.
    public static func make(
        version: String, connection: [any ArgumentDeclaration], fallback: Tool.Fallback? = nil,
        shell: any OperatorShell
    ) -> Tool {
        let arguments = OperatorArguments(shell)
        let flags = FlagCommands(arguments: arguments, shell: shell)
        let actions = ActionCommands(arguments: arguments, shell: shell)
        let signals = SignalCommands(arguments: arguments, shell: shell)
        let status: ToolCommand.Run = { try await shell.perform(.status, $0) }
        return Tool(
            ToolCommand(
                "dreamnet", summary: "See what is wrong and act on it.",
                discussion: """
                    Alone it shows what matters now: open incidents, flags that somebody holds, the \
                    next automatic step, and the commands that take things back.
                    \(ExitCode.explanation)
                    """,
                globals: connection + [OperatorArguments.json],
                examples: [
                    .init("dreamnet", "What matters now."),
                    .init("dreamnet safe-mode on --service checkout --reason 'p95 at 6 s'", "Act."),
                ],
                subcommands: [
                    ToolCommand(
                        "status", summary: "What matters now.", section: "See",
                        examples: [.init("dreamnet status", "The same as dreamnet alone.")],
                        run: status),
                    IncidentCommands(arguments: arguments, shell: shell).command,
                    signals.signals, signals.alerts, flags.flags, signals.commands,
                ] + flags.all + [
                    flags.automation
                ] + actions.verbs + [
                    actions.command,
                    ContextCommands(shell: shell).command,
                    AgentCommand(arguments: arguments, shell: shell).command,
                    KeyCommands(arguments: arguments, shell: shell).command,
                    DeadLetterCommands(arguments: arguments, shell: shell).command,
                    TopicCommands(shell: shell).command, DrainCommand(shell: shell).command,
                ] + PolicyCommands(arguments: arguments, shell: shell).all,
                run: status),
            version: version, fallback: fallback)
    }
}
