internal import CommandLineKit
internal import Contracts
internal import OperatorDomain
internal import Runtime
internal import StreamsKafka
internal import TopicCatalog

/// Sends dead letters to their topic again, at a rate, at least once.
struct DeadLetterReplay: Sendable {
    /// What a replay did.
    private struct Tally: Encodable {
        var replayId: String
        var topic: String
        var sent = 0
        var passedOver = 0
        var kept: [String: Int] = [:]
        /// Where to go on: by partition the offset after the last letter that was looked at.
        var next: [String: Int64] = [:]
    }

    private static let readMs: Int32 = 30_000

    private let bus: Bus
    private let invocation: Invocation

    init(_ bus: Bus, _ invocation: Invocation) {
        self.bus = bus
        self.invocation = invocation
    }

    func run(_ request: ReplayRequest, replayID: String) async throws -> ExitCode {
        let policy = try policy(of: request.topic)
        let name = request.topic.rawValue
        let verb = request.isDryRun ? "would replay" : "replays"
        invocation.err.line(
            "to \(bus.address.sanitized): \(verb) up to "
                + HumanText.count(request.limit, "dead letter") + " of \(name) to it, "
                + "\(request.ratePerSecond) a second at most, at least once")
        try Prompt(on: invocation.err).confirm(
            "Letters that are replayed twice arrive twice.", typing: request.topic.kind,
            yes: request.isConfirmed || request.isDryRun)
        var tally = Tally(replayId: replayID, topic: name)
        do {
            let letters = try await read(request)
            try await replay(letters, request, policy, &tally)
        } catch let error as KafkaError {
            report(tally)
            throw CommandFailure(
                "stopped after \(HumanText.count(tally.sent, "letter")): \(error.message)",
                hint: "The letter that failed may have arrived. Go on as the line above says.")
        }
        report(tally)
        return .success
    }

    private func policy(of topic: BusTopic) throws -> ReplayPolicy {
        let catalog = try TopicCatalog.load(of: invocation)
        guard let declared = catalog.topic(topic.rawValue) else {
            throw CommandFailure("\(topic.rawValue): topics/ does not declare it")
        }
        if let refusal = ReplayDecision.refusal(of: topic.rawValue, declared.replay) {
            throw CommandFailure("refused: \(refusal)", exitCode: .refused)
        }
        return declared.replay
    }

    /// The letters from where the request begins, in the order of partition and offset.
    private func read(_ request: ReplayRequest) async throws -> [DeadLetterRecord] {
        let bus = bus
        return try await blocking {
            let timer = Countdown(ms: Bus.readDeadlineMs)
            let reader = try bus.reader()
            let topic = request.topic.deadLetterName
            let count = try reader.partitionCount(of: topic, timeoutMs: timer.leftMs)
            for partition in 0..<count {
                let start: ReadStart = request.start[partition].map { .offset($0) } ?? .beginning
                try reader.start(
                    topic, partitions: [partition], from: start, timeoutMs: timer.leftMs)
            }
            // Passed-over letters count for nothing, so the limit cannot be applied here; but no
            // more of each partition than the limit asks for can ever be sent.
            var kept: [Int32: Int] = [:]
            var letters: [DeadLetterRecord] = []
            try reader.readToEnd(deadlineMs: Self.readMs) { record in
                guard let letter = DeadLetterRecord(record),
                    kept[record.partition] ?? 0 < request.limit,
                    request.code == nil || request.code == letter.code
                else { return }
                kept[record.partition, default: 0] += 1
                letters.append(letter)
            }
            return letters.sorted {
                ($0.place.partition, $0.place.offset) < ($1.place.partition, $1.place.offset)
            }
        }
    }

    private func replay(
        _ letters: [DeadLetterRecord], _ request: ReplayRequest, _ policy: ReplayPolicy,
        _ tally: inout Tally
    ) async throws {
        let producer = try KafkaProducer(
            bus.configuration, deliveryDeadlineMs: 10_000, queueLimit: 10, log: { _ in })
        let clock = ContinuousClock()
        var nextAt = clock.now
        for letter in letters {
            guard tally.sent < request.limit else { break }
            let decision = ReplayDecision.of(
                letter, request, policy: policy, replayID: tally.replayId,
                nowMs: SystemClock.nowMs())
            switch decision {
            case .passOver: tally.passedOver += 1
            case .keep(let why):
                tally.kept[why, default: 0] += 1
                invocation.err.line("\(letter.place) stays: \(why.sanitized)")
            case .send(let headers):
                if !request.isDryRun {
                    try await clock.sleep(until: nextAt)
                    nextAt = max(nextAt, clock.now) + .seconds(1 / request.ratePerSecond)
                    _ = try await producer.send(
                        topic: request.topic.rawValue, key: letter.key, value: letter.value,
                        headers: headers)
                }
                tally.sent += 1
                invocation.err.line(
                    "\(letter.place) \(request.isDryRun ? "would be sent" : "sent"): "
                        + "\(letter.messageID ?? "no id")".sanitized)
            }
            tally.next["\(letter.place.partition)"] = letter.place.offset + 1
        }
    }

    private func report(_ tally: Tally) {
        if invocation.wantsJSON {
            invocation.out.write((try? JSONText.document(tally)) ?? "")
            return
        }
        let kept = tally.kept.values.reduce(0, +)
        invocation.out.line(
            "\(HumanText.count(tally.sent, "letter")) sent, \(HumanText.count(kept)) stayed "
                + "(replay \(tally.replayId))")
        guard !tally.next.isEmpty else { return }
        let starts = tally.next.sorted { $0.key < $1.key }.map { "--start \($0.key):\($0.value)" }
        invocation.out.line("to go on after them: \(starts.joined(separator: " "))")
    }
}
