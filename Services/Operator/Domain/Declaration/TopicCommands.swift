internal import CommandLineKit

/// The commands about the topics of the cluster.
struct TopicCommands: Sendable {
    private static let profile = Argument.option(
        "profile", .string.shown(as: "NAME"), default: "development", env: "DREAMNET_PROFILE",
        help: "The profile of topics/profiles.yaml: how many replicas.")

    let shell: any OperatorShell

    var command: ToolCommand {
        ToolCommand(
            "topics", summary: "The topics as topics/ declares them.", section: "Look after it",
            subcommands: [plan, apply, lint])
    }

    private var plan: ToolCommand {
        let shell = shell
        return ToolCommand(
            "plan", summary: "Show what differs between topics/ and the cluster.",
            discussion: """
                Exit status 3 if a change is BREAKING: more partitions of a keyed topic or a \
                changelog move keys away from their state.
                """,
            arguments: [Self.profile],
            examples: [.init("dreamnet topics plan --profile production", "Changes nothing.")]
        ) { try await shell.perform(.planTopics(profile: try $0[Self.profile]), $0) }
    }

    private var apply: ToolCommand {
        let shell = shell
        return ToolCommand(
            "apply", summary: "Create what is missing, alter settings that differ.",
            discussion: """
                Never deletes and never shrinks. What is BREAKING it leaves alone, and exits with 3.
                """,
            arguments: [Self.profile],
            examples: [.init("dreamnet topics apply", "For one broker.")]
        ) { try await shell.perform(.applyTopics(profile: try $0[Self.profile]), $0) }
    }

    private var lint: ToolCommand {
        let shell = shell
        return ToolCommand(
            "lint", summary: "Check the files of topics/, without a broker.",
            examples: [.init("dreamnet topics lint", "Names file and line of what is wrong.")]
        ) { try await shell.perform(.lintTopics, $0) }
    }
}
