internal import CommandLineKit

/// The commands about the topics of the cluster.
struct TopicCommands: Sendable {
    private static let profile = Argument.option(
        "profile", .string.shown(as: "NAME"), default: "development", env: "DREAMNET_PROFILE",
        help: "The profile of topics/profiles.yaml: how many replicas.")

    private static let acls = Argument.flag(
        "acls", help: "The rights of the writers and readers, instead of the topics.")
    private static let dryRun = Argument.flag(
        "dry-run", help: "Say what would be done; change nothing.")
    private static let kafkaACLs = Argument.option(
        "kafka-acls", .path.shown(as: "FILE"),
        help: "With --acls: Kafka's own kafka-acls.sh, which sets those of transactional ids.")
    private static let commandConfig = Argument.option(
        "command-config", .path.shown(as: "FILE"),
        help: "With --kafka-acls: how it logs on, as Java's clients write it.")

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
                Never deletes and never shrinks. What is BREAKING it leaves alone, and exits with 3. \
                With --acls it gives the writers and readers of topics/, as principals.yaml names \
                them, the rights that they need; rights that others were given are shown, and stay. \
                The library has no name for transactional ids: --kafka-acls sets those, or they are \
                printed as commands.
                """,
            arguments: [Self.profile, Self.acls, Self.dryRun, Self.kafkaACLs, Self.commandConfig],
            examples: [
                .init("dreamnet topics apply", "For one broker."),
                .init("dreamnet topics apply --acls --dry-run", "Who would get which rights."),
            ]
        ) { try await shell.perform(try Self.application($0), $0) }
    }

    private static func application(_ invocation: Invocation) throws -> OperatorTask {
        let isDryRun = try invocation[dryRun]
        let program = try invocation[kafkaACLs]
        let configuration = try invocation[commandConfig]
        if try invocation[acls] {
            guard configuration == nil || program != nil else {
                throw CommandFailure("--command-config needs --kafka-acls", exitCode: .usage)
            }
            return .applyAccess(
                AccessRequest(
                    isDryRun: isDryRun, program: program, programConfiguration: configuration))
        }
        guard program == nil, configuration == nil else {
            throw CommandFailure("--kafka-acls needs --acls", exitCode: .usage)
        }
        let profile = try invocation[Self.profile]
        return isDryRun ? .planTopics(profile: profile) : .applyTopics(profile: profile)
    }

    private var lint: ToolCommand {
        let shell = shell
        return ToolCommand(
            "lint", summary: "Check the files of topics/, without a broker.",
            examples: [.init("dreamnet topics lint", "Names file and line of what is wrong.")]
        ) { try await shell.perform(.lintTopics, $0) }
    }
}
