internal import CommandLineKit
internal import Contracts

/// The commands about dead letters.
struct DeadLetterCommands: Sendable {
    private static let code = Argument.option(
        "code", .string.shown(as: "CODE"), help: "Only those with this reason, such as schema.")
    private static let limit = Argument.option(
        "limit", .integer(in: 1...10_000), default: 50, short: "n",
        help: "The newest so many.")
    // Seed 001, "Drain Dead Letter Queue": {"rateLimit": 10, "maxMessages": 100}.
    private static let maximum = Argument.option(
        "max", .integer(in: 1...100_000), default: 100, help: "Replay no more than so many.")
    private static let rate = Argument.option(
        "rate", .number(in: 0.1...1_000), default: 10, help: "Replay no more than so many a second."
    )
    private static let start = Argument.repeatedOption(
        "start", startFormat, help: "Begin a partition at this offset; a replay says how to go on.")
    private static let dryRun = Argument.flag(
        "dry-run", help: "Say what would be done; send nothing.")
    private static let place = Argument.positional(
        "place", placeFormat, help: "Where it lies, as 'dlq list' shows it: signal/2/15.")

    private static var placeFormat: ValueFormat<DeadLetterPlace> {
        ValueFormat(placeholder: "PLACE") { (text) throws(ValueError) in
            guard let place = DeadLetterPlace(text) else {
                throw ValueError("is no place of a dead letter such as signal/2/15")
            }
            return place
        }
    }

    private static var startFormat: ValueFormat<DeadLetterStart> {
        ValueFormat(placeholder: "PARTITION:OFFSET") { (text) throws(ValueError) in
            let parts = text.split(separator: ":")
            guard parts.count == 2, let partition = Int32(parts[0]), partition >= 0,
                let offset = Int64(parts[1]), offset >= 0
            else { throw ValueError("is no PARTITION:OFFSET such as 2:15") }
            return DeadLetterStart(partition: partition, offset: offset)
        }
    }

    let arguments: OperatorArguments
    let shell: any OperatorShell

    private var topicFormat: ValueFormat<BusTopic> {
        let shell = shell
        return ValueFormat(placeholder: "TOPIC") { (text) throws(ValueError) in
            guard let topic = DeadLetterPlace.topic(text) else {
                throw ValueError("is no topic of the bus, such as signal")
            }
            return topic
        }.completed { await shell.candidates(.deadLetterTopic, for: $0) }
    }

    var command: ToolCommand {
        ToolCommand(
            "dlq", summary: "Dead letters: messages that could not be taken.",
            section: "Look after it", subcommands: [status, list, show, replay])
    }

    private var status: ToolCommand {
        let shell = shell
        return ToolCommand(
            "status", summary: "How many there are, since when, and why.",
            examples: [.init("dreamnet dlq status", "Each topic with its reasons.")]
        ) { try await shell.perform(.deadLetterStatus, $0) }
    }

    private var list: ToolCommand {
        let shell = shell
        let topic = Argument.optionalPositional(
            "topic", topicFormat, help: "Only those of this topic.")
        return ToolCommand(
            "list", summary: "The newest, a line each.", arguments: [topic, Self.code, Self.limit],
            examples: [.init("dreamnet dlq list signal --code schema", "Of one topic and reason.")]
        ) { invocation in
            try await shell.perform(
                .deadLetters(
                    topic: try invocation[topic], code: try invocation[Self.code],
                    limit: try invocation[Self.limit]), invocation)
        }
    }

    private var show: ToolCommand {
        let shell = shell
        return ToolCommand(
            "show", summary: "One of them, whole.", arguments: [Self.place],
            examples: [.init("dreamnet dlq show signal/2/15", "Headers, key and message.")]
        ) { try await shell.perform(.deadLetter(try $0[Self.place]), $0) }
    }

    private var replay: ToolCommand {
        let (shell, yes) = (shell, arguments.yes)
        let topic = Argument.positional(
            "topic", topicFormat, help: "The topic that they go back to.")
        return ToolCommand(
            "replay", summary: "Send dead letters to their topic again.",
            discussion: """
                Sends each to the topic that it came from, and to no other, with its own id, key, \
                message and headers, and counts replays in the header dlq.replay_count. At least \
                once: a letter that is replayed twice arrives twice, and a reader that remembers \
                ids takes it once.
                Letters stay where they are; the end says how to go on after the last one sent.
                Refused for topics whose replay (topics/) is 'reissue' or 'never': a command must \
                be given again under your own name. Of topics whose replay is 'history', letters \
                younger than 2 min stay: the past must not raise alarms today.
                """,
            arguments: [
                topic, Self.code, Self.maximum, Self.rate, Self.start, Self.dryRun, yes,
            ],
            examples: [
                .init("dreamnet dlq replay signal --code schema --dry-run", "What would be sent."),
                .init("dreamnet dlq replay signal --max 1000 --rate 100", "Faster, and more."),
            ]
        ) { invocation in
            let start = try invocation[Self.start].reduce(into: [:]) {
                $0[$1.partition] = $1.offset
            }
            return try await shell.perform(
                .replay(
                    ReplayRequest(
                        topic: try invocation[topic], code: try invocation[Self.code],
                        start: start, limit: try invocation[Self.maximum],
                        ratePerSecond: try invocation[Self.rate],
                        isDryRun: try invocation[Self.dryRun],
                        isConfirmed: try invocation[yes])), invocation)
        }
    }
}

/// Where a replay begins in one partition.
private struct DeadLetterStart: Sendable {
    let partition: Int32
    let offset: Int64
}
