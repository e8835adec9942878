internal import CommandLineKit
internal import Contracts

/// The commands about dead letters.
struct DeadLetterCommands: Sendable {
    private static let code = Argument.option(
        "code", .string.shown(as: "CODE"), help: "Only those with this reason, such as schema.")
    private static let byService = Argument.option(
        "by", .string.shown(as: "SERVICE"), help: "Only those that this service could not take.")
    private static let key = Argument.option(
        "key", .string, help: "Only those with this key.")
    private static let type = Argument.option(
        "type", .string, help: "Only those whose payload.type is this.")
    private static let text = Argument.option(
        "text", .string,
        help: "Only those whose message, or what is wrong with it, contains this.")
    private static let since = Argument.option(
        "since", .duration(inMs: 1_000...31 * 86_400_000),
        help: "Only those that came to lie here within this time, such as 2h.")
    private static let before = Argument.option(
        "before", .duration(inMs: 1_000...31 * 86_400_000),
        help: "Only those that came to lie here longer ago than this.")
    static let filters: [any ArgumentDeclaration] = [
        code, byService, key, type, text, since, before,
    ]
    private static let limit = Argument.option(
        "limit", .integer(in: 1...10_000), default: 50, short: "n",
        help: "The newest so many.")
    private static let after = Argument.option(
        "after", positionFormat, help: "The page behind this one, as the page before says.")
    private static let all = Argument.flag(
        "all", help: "Those that were replayed or discarded as well.")
    // Seed 001, "Drain Dead Letter Queue": {"rateLimit": 10, "maxMessages": 100}.
    static let maximum = Argument.option(
        "max", mostFormat, default: .number(100), help: "Replay no more than so many, or all.")
    static let rate = Argument.option(
        "rate", mostFormat, default: .number(10),
        help: "Replay no more than so many a second, or all: as fast as it goes.")
    private static let canary = Argument.option(
        "canary", .integer(in: 1...10_000),
        help: "Send so many, wait until they are read, and go on only if none came back.")
    static let foreign = Argument.flag(
        "foreign", help: "Those that do not say where they came from as well: another tool's.")
    private static let quarantined = Argument.flag(
        "quarantined", help: "Those in quarantine as well: replayed five times already.")
    // Not --key: that is the key of letters here.
    private static let signKey = Argument.option(
        "sign-key", .string.shown(as: "FILE"), env: "DREAMNET_KEY",
        help: "With --reissue: the key that signs the orders, of 'dreamnet keys new'.")
    private static let reissue = Argument.flag(
        "reissue", help: "Of nervous.command: give them again, as new orders of your own.")
    private static let stopAt = Argument.option(
        "stop-at", shareFormat, help: "Stop when more than this share comes back, such as 5%.")
    static let archive = Argument.option(
        "archive", .string.shown(as: "FILE"),
        help: """
            Where they are kept; dlq-TOPIC-TIME.jsonl.zst, in the folder that DREAMNET_ARCHIVES \
            names if it does, if it is not given.
            """)
    static let noArchive = Argument.flag("no-archive", help: "Keep them nowhere.")
    static let dryRun = Argument.flag(
        "dry-run", help: "Say what would be done; send nothing.")
    static let place = Argument.positional(
        "place", placeFormat, help: "Where it lies, as 'dlq list' shows it: signal/2/15.")

    private static var placeFormat: ValueFormat<DeadLetterPlace> {
        ValueFormat(placeholder: "PLACE") { (text) throws(ValueError) in
            guard let place = DeadLetterPlace(text) else {
                throw ValueError("is no place of a dead letter such as signal/2/15")
            }
            return place
        }
    }

    private static var positionFormat: ValueFormat<DeadLetterPosition> {
        ValueFormat(placeholder: "POSITION") { (text) throws(ValueError) in
            guard let position = DeadLetterPosition(text) else {
                throw ValueError("is no position such as 1763679600000/signal/2/15")
            }
            return position
        }
    }

    private static var mostFormat: ValueFormat<Most> {
        ValueFormat(placeholder: "N") { (text) throws(ValueError) in
            if text == "all" { return .all }
            guard let number = Int(text), (1...10_000_000).contains(number) else {
                throw ValueError("is neither a number from 1 to 10,000,000 nor 'all'")
            }
            return .number(number)
        }
    }

    private static var shareFormat: ValueFormat<Double> {
        ValueFormat(placeholder: "PERCENT") { (text) throws(ValueError) in
            guard text.hasSuffix("%"), let percent = Double(text.dropLast()),
                (0.0...100).contains(percent)
            else { throw ValueError("is no share such as 5%") }
            return percent / 100
        }
    }

    func filter(_ invocation: Invocation) throws -> DeadLetterFilter {
        let nowMs = shell.nowMs()
        return DeadLetterFilter(
            code: try invocation[Self.code], service: try invocation[Self.byService],
            key: try invocation[Self.key], type: try invocation[Self.type],
            text: try invocation[Self.text],
            fromMs: try invocation[Self.since].map { nowMs - $0 },
            untilMs: try invocation[Self.before].map { nowMs - $0 })
    }

    func author(_ invocation: Invocation) throws -> String {
        guard let author = try invocation[arguments.author] else {
            throw UsageError(
                .missingArgument, path: invocation.path, message: "nobody says who does it",
                hint: "Add --as NAME (without it, the environment variable USER is taken).")
        }
        return author
    }

    let arguments: OperatorArguments
    let shell: any OperatorShell

    var topicFormat: ValueFormat<BusTopic> {
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
            section: "Look after it",
            subcommands: [
                status, watch, list, show, replay, edit, transform, release, discard, drain, purge,
                restore,
            ])
    }

    private var status: ToolCommand {
        let shell = shell
        return ToolCommand(
            "status", summary: "How many wait, since when, and why.",
            discussion: """
                Counts those about which nothing was done yet. Letters are kept for 30 days; what \
                was replayed or discarded lies there until then, and counts for nothing.
                """,
            examples: [.init("dreamnet dlq status", "Each topic with its reasons.")]
        ) { try await shell.perform(.deadLetterStatus, $0) }
    }

    private var list: ToolCommand {
        let shell = shell
        let topic = Argument.optionalPositional(
            "topic", topicFormat, help: "Only those of this topic.")
        return ToolCommand(
            "list", summary: "The newest that wait, a line each.",
            arguments: [topic] + Self.filters + [Self.limit, Self.after, Self.all],
            examples: [
                .init("dreamnet dlq list signal --code schema", "Of one topic and reason."),
                .init("dreamnet dlq list --since 1h --text checkout", "What came lately."),
            ]
        ) { [self] invocation in
            try await shell.perform(
                .deadLetters(
                    DeadLetterListRequest(
                        topic: try invocation[topic], filter: try filter(invocation),
                        limit: try invocation[Self.limit], after: try invocation[Self.after],
                        all: try invocation[Self.all])), invocation)
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
        let yes = arguments.yes
        let topic = Argument.positional(
            "topic", topicFormat, help: "The topic that they go back to.")
        return ToolCommand(
            "replay", summary: "Send dead letters to their topic again, each once.",
            discussion: """
                Sends each to the topic that it came from, and to no other, with its own id, key, \
                message and headers, and counts replays in the header dlq.replay_count. That it \
                was sent stands in nervous.ledger, in the same transaction: a replay that was \
                ended goes on where it stopped, and no letter arrives twice. Two at a time on one \
                topic are refused.
                What is still wrong as far as topics/ knows stays. Refused for topics whose \
                replay (topics/) is 'reissue' or 'never': a command must be given again under \
                your own name. Of topics whose replay is 'history', letters younger than 2 min \
                stay: the past must not raise alarms today.
                """,
            arguments: [topic] + Self.filters + [
                Self.maximum, Self.rate, Self.canary, Self.stopAt, Self.foreign,
                Self.quarantined, Self.reissue, Self.signKey, Self.dryRun, yes, arguments.author,
            ],
            examples: [
                .init("dreamnet dlq replay signal --code schema --dry-run", "What would be sent."),
                .init(
                    "dreamnet dlq replay signal --canary 20 --max all --rate 100",
                    "Twenty first; the rest only if none of them came back."),
            ]
        ) { [self] invocation in
            let isReissue = try invocation[Self.reissue]
            let isCanary = try invocation[Self.canary] != nil || invocation[Self.stopAt] != nil
            let target = try invocation[topic]
            guard !isReissue || target == .command && !isCanary else {
                throw UsageError(
                    .conflictingArguments, path: invocation.path,
                    message: "--reissue is for the topic command, without --canary and --stop-at",
                    hint: "Outcomes say what became of each order.")
            }
            let (most, rate) = (try invocation[Self.maximum], try invocation[Self.rate])
            return try await shell.perform(
                .replay(
                    ReplayRequest(
                        topic: try invocation[topic], filter: try filter(invocation),
                        limit: most.limit, ratePerSecond: rate.limit.map(Double.init),
                        canary: try invocation[Self.canary],
                        returnsMax: try invocation[Self.stopAt],
                        takesForeign: try invocation[Self.foreign],
                        takesQuarantined: try invocation[Self.quarantined], reissues: isReissue,
                        keyFile: isReissue ? try invocation[Self.signKey] : nil,
                        isDryRun: try invocation[Self.dryRun],
                        isConfirmed: try invocation[yes]),
                    author: try author(invocation)), invocation)
        }
    }
}

/// So many, or all.
enum Most: Sendable {
    case number(Int)
    case all

    var limit: Int? {
        if case .number(let number) = self { number } else { nil }
    }
}
