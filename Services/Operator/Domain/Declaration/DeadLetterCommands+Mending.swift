internal import Contracts
internal import CommandLineKit

// Letters that are mended before they are sent.
extension DeadLetterCommands {
    var edit: ToolCommand {
        let (shell, yes) = (shell, arguments.yes)
        return ToolCommand(
            "edit", summary: "Mend one dead letter in your editor, and send it.",
            discussion: """
                Opens its message in the editor that VISUAL or EDITOR names. What you save is \
                checked against topics/, shown with its differences, and sent to the letter's own \
                topic in the transaction that notes it. Unless you give it another, its id becomes \
                the old one with the letter's place behind it. The original stays until it \
                expires, and the ledger links the two. Nothing is sent if nothing changed, if it \
                is still wrong, or if the editor ends with an error.
                """,
            arguments: [Self.place, Self.foreign, yes, arguments.author],
            examples: [
                .init("dreamnet dlq edit signal/2/15", "In the editor that EDITOR names.")
            ]
        ) { [self] invocation in
            try await shell.perform(
                .edit(
                    try invocation[Self.place], isConfirmed: try invocation[yes],
                    takesForeign: try invocation[Self.foreign],
                    author: try author(invocation)), invocation)
        }
    }

    var release: ToolCommand {
        let shell = shell
        return ToolCommand(
            "release", summary: "Let a dead letter out of quarantine.",
            discussion: """
                What was replayed five times goes to quarantine with the next replay, and is not \
                replayed any more. Once you have mended what was wrong, let it out: the next \
                replay takes it.
                """,
            arguments: [Self.place, arguments.author],
            examples: [.init("dreamnet dlq release signal/2/15", "As list and status show it.")]
        ) { [self] invocation in
            try await shell.perform(
                .release(try invocation[Self.place], author: try author(invocation)), invocation)
        }
    }

    var transform: ToolCommand {
        let (shell, yes) = (shell, arguments.yes)
        let topic = Argument.positional(
            "topic", topicFormat, help: "The topic that they go back to.")
        let program = Argument.requiredOption(
            "jq", .string.shown(as: "EXPR"),
            help: "From the old message to the new one, in the language of jq.")
        return ToolCommand(
            "transform", summary: "Mend many dead letters by a program of jq, and send them.",
            discussion: """
                Shows first what would change and how many would be valid, then asks. Only those \
                that change and are valid then are sent; the others stay. It runs Debian's jq, \
                without your environment. Letters with numbers beyond 2^53 stay: jq would round \
                them. Rate, maximum and filters are those of replay.
                """,
            arguments: [topic, program] + Self.filters + [
                Self.maximum, Self.rate, Self.foreign, Self.dryRun, yes, arguments.author,
            ],
            examples: [
                .init(
                    "dreamnet dlq transform signal --jq '.payload.errorRate /= 100' "
                        + "--code schema --dry-run", "Percent that should be shares."),
                .init(
                    "dreamnet dlq transform signal --jq 'del(.payload.cpu)' --max all --rate all",
                    "All of them, as fast as it goes."),
            ]
        ) { [self] invocation in
            let replay = ReplayRequest(
                topic: try invocation[topic], filter: try filter(invocation),
                limit: try invocation[Self.maximum].limit,
                ratePerSecond: try invocation[Self.rate].limit.map(Double.init),
                takesForeign: try invocation[Self.foreign],
                isDryRun: try invocation[Self.dryRun], isConfirmed: try invocation[yes])
            return try await shell.perform(
                .transform(
                    MendRequest(replay: replay, program: try invocation[program]),
                    author: try author(invocation)), invocation)
        }
    }
}
