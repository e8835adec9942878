internal import CommandLineKit
internal import Contracts

// Letters that are given up, and those that are brought back.
extension DeadLetterCommands {
    private static let reason = Argument.requiredOption("reason", .string, short: "r", help: "Why.")

    private var giveUpTopic: Argument<BusTopic> {
        Argument.positional("topic", topicFormat, help: "The topic that they were meant for.")
    }

    var discard: ToolCommand {
        giveUp(
            "discard", "Give dead letters up.",
            """
            They count for nothing any more, and a replay passes them over. They are written to a \
            file before: a JSON object a line, with key, value and headers in Base64, packed by \
            zstd if its name ends in .zst; 'restore' reads it back. The alert dlq_drained tells how \
            many there were.
            """, filters: Self.filters, deletes: false,
            example: .init(
                "dreamnet dlq discard signal --code stale --reason 'an old backlog'",
                "Those of one reason."))
    }

    var drain: ToolCommand {
        giveUp(
            "drain", "Give all dead letters of a topic up.",
            "As discard does, of all that wait. Seed 000 calls it queue relief.", filters: [],
            deletes: false,
            example: .init(
                "dreamnet dlq drain signal --reason 'the shop was closed'", "All that wait."))
    }

    var purge: ToolCommand {
        giveUp(
            "purge", "Give all dead letters of a topic up, and delete them.",
            """
            As drain does; then every letter of the topic is deleted, those that were replayed or \
            discarded before as well. What the archive holds can be restored.
            """, filters: [], deletes: true,
            example: .init(
                "dreamnet dlq purge signal --reason 'holds what must not be kept'",
                "Nothing is left on the topic."))
    }

    private func giveUp(
        _ name: String, _ summary: String, _ discussion: String,
        filters: [any ArgumentDeclaration], deletes: Bool, example: ToolCommand.Example
    ) -> ToolCommand {
        let (yes, topic) = (arguments.yes, giveUpTopic)
        return ToolCommand(
            name, summary: summary, discussion: discussion,
            arguments: [topic, Self.reason] + filters + [
                Self.archive, Self.noArchive, Self.dryRun, yes, arguments.author,
            ], examples: [example]
        ) { [self] invocation in
            let topic = try invocation[topic]
            let given = try invocation[Self.archive]
            let folder = invocation.environment["DREAMNET_ARCHIVES"].map { $0 + "/" } ?? ""
            let file = given ?? "\(folder)dlq-\(topic.kind)-\(shell.nowMs()).jsonl.zst"
            if given != nil, try invocation[Self.noArchive] {
                throw UsageError(
                    .conflictingArguments, path: invocation.path,
                    message: "--archive and --no-archive exclude each other")
            }
            return try await shell.perform(
                .discard(
                    DiscardRequest(
                        topic: topic,
                        filter: filters.isEmpty ? DeadLetterFilter() : try filter(invocation),
                        reason: try invocation[Self.reason],
                        archive: try invocation[Self.noArchive] ? nil : file, deletes: deletes,
                        isDryRun: try invocation[Self.dryRun],
                        isConfirmed: try invocation[yes]),
                    author: try author(invocation)), invocation)
        }
    }

    var restore: ToolCommand {
        let (shell, yes) = (shell, arguments.yes)
        let file = Argument.positional(
            "file", .path.shown(as: "FILE"), help: "What discard, drain or purge has written.")
        return ToolCommand(
            "restore", summary: "Bring the dead letters of an archive back.",
            discussion: """
                Those that still lie on their topic count again; those that are gone are written \
                anew, with the place where they lay in dlq.original. What is there already stays \
                as it is, so it can be repeated. The whole file is checked before anything is done.
                """,
            arguments: [file, yes, arguments.author],
            examples: [
                .init("dreamnet dlq restore dlq-signal-1763679600000.jsonl.zst", "All of it.")
            ]
        ) { [self] invocation in
            try await shell.perform(
                .restore(
                    path: try invocation[file], isConfirmed: try invocation[yes],
                    author: try author(invocation)), invocation)
        }
    }

    var watch: ToolCommand {
        let shell = shell
        let every = Argument.option(
            "every", .duration(inMs: 1_000...3_600_000), default: 2_000,
            help: "How often to look.")
        let times = Argument.option(
            "times", .integer(in: 1...1_000_000), help: "End after so many; else at Ctrl-C.")
        return ToolCommand(
            "watch", summary: "The status, again and again.", arguments: [every, times],
            examples: [.init("dreamnet dlq watch --every 10s", "While a replay runs elsewhere.")]
        ) { invocation in
            try await shell.perform(
                .watchDeadLetters(
                    everyMs: try invocation[every], times: try invocation[times]), invocation)
        }
    }
}
