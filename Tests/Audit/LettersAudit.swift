internal import AuditKit
internal import Contracts
internal import Processes
internal import StreamsKafka
internal import TestKit

/// `dreamnet dlq replay` is killed again and again while it replays, half of the time with a filter;
/// each letter has to arrive once.
struct LettersAudit: Sendable {
    private static let perSecond = 400
    /// A kill falls anywhere between the start of the program and its second or third transaction.
    private static let killMs = 50...1_300

    private let options: AuditOptions
    private let log: AuditLog

    init(_ options: AuditOptions, _ log: AuditLog) {
        self.options = options
        self.log = log
    }

    func run() async throws -> PartResult {
        log.say("starting Apache Kafka")
        let broker = try await TestBroker.start(kind: .kafka)
        let stack = try Stack(broker)
        do {
            let result = try await replay(stack)
            await stack.remove()
            try await broker.kill()
            return result
        } catch {
            await stack.remove()
            try? await broker.kill()
            throw error
        }
    }

    private func replay(_ stack: Stack) async throws -> PartResult {
        try await stack.applyTopics()
        let load = LetterLoad(stack.kafka, count: options.size.letters)
        try await offPool { try load.write() }
        var random = SeededRandom(seed: options.seed &+ 60)
        let kills = options.size.replayKills
        for number in 0..<kills {
            let filter = number < kills / 2 ? ["--code", LetterLoad.codes[0]] : []
            let ms = Int.random(in: Self.killMs, using: &random)
            try await kill(stack, filter, after: .milliseconds(ms))
            if (number + 1).isMultiple(of: 10) { log.say("killed \(number + 1) times") }
        }
        let before = try await offPool { try load.audit().arrived }
        guard before < load.count else {
            throw EndToEndError("all letters had arrived before the last kill")
        }
        log.say("\(before) of \(load.count) letters have arrived; the rest follows at once")
        let last = try start(stack, ["--rate", "all"])
        let status = await last.terminationStatus(within: .seconds(120))
        guard status == .exited(0) else {
            throw EndToEndError(
                "the last replay: \(String(describing: status))\n"
                    + last.errorOutput.text)
        }
        let (arrived, breaches) = try await offPool { try load.audit() }
        var result = PartResult(name: log.part.rawValue)
        result.injected = log.injected
        result.taken = load.count
        result.given = arrived
        result.breaches = breaches
        return result
    }

    private func kill(_ stack: Stack, _ filter: [String], after time: Duration) async throws {
        let process = try start(stack, ["--rate", "\(Self.perSecond)"] + filter)
        if let status = await process.terminationStatus(within: time) {
            throw EndToEndError(
                "a replay ended before it was killed: \(status)\n\(process.errorOutput.text)")
        }
        process.kill()
        _ = await process.terminationStatus(within: .seconds(10))
        log.count(filter.isEmpty ? "SIGKILL of a replay" : "SIGKILL of a replay by filter")
    }

    private func start(_ stack: Stack, _ more: [String]) throws -> ChildProcess {
        try ChildProcess.start(
            ServiceProcess.program("dreamnet"),
            [
                "dlq", "replay", LetterLoad.topic.kind, "--as", "audit", "--yes", "--max", "all",
                "--bootstrap", stack.kafka.bootstrapServers, "--topic-prefix",
                stack.kafka.topicPrefix, "--home", stack.home.path,
            ] + more, output: .capture, errorOutput: .capture)
    }
}
