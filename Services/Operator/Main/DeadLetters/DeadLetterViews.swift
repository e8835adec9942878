internal import CommandLineKit
internal import Contracts
internal import OperatorDomain
internal import Runtime
internal import StreamsKafka

/// Dead letters, counted, listed or shown.
struct DeadLetterViews: Sendable {
    /// A queue is read this long at most, ms.
    private static let readMs: Int32 = 30_000

    private let bus: Bus
    private let invocation: Invocation

    init(_ bus: Bus, _ invocation: Invocation) {
        self.bus = bus
        self.invocation = invocation
    }

    func show(_ task: OperatorTask) async throws -> ExitCode {
        do {
            switch task {
            case .deadLetters(let topic, let filter, let limit, let all):
                try await list(topic, filter, limit: limit, all: all)
            case .deadLetter(let place): try await one(place)
            default: try await status()
            }
            return .success
        } catch {
            throw bus.failure(error)
        }
    }

    private func status() async throws {
        let bus = bus
        let tally = try await blocking { try bus.deadLetterTally(readMs: Self.readMs) }
        invocation.out.write(
            invocation.wantsJSON
                ? try tally.json() : tally.text(for: invocation.out))
    }

    private func list(
        _ topic: BusTopic?, _ filter: DeadLetterFilter, limit: Int, all: Bool
    ) async throws {
        let bus = bus
        let letters = try await blocking {
            let topics = try topic.map { [$0] } ?? bus.deadLetterTopics()
            let ledger = all ? Ledger() : try bus.readLedger()
            var newest: [DeadLetterRecord] = []
            try bus.readDeadLetters(of: topics, deadlineMs: Self.readMs) { letter in
                guard !ledger.isResolved(letter.place), filter.passes(letter) else { return }
                newest.append(letter)
                // No more in memory than twice what is shown.
                if newest.count >= 2 * limit { newest = newest.newest(limit) }
            }
            return newest.newest(limit)
        }
        let report = DeadLetterReport(letters, nowMs: SystemClock.nowMs())
        invocation.out.write(
            invocation.wantsJSON ? try report.json() : report.table(for: invocation.out))
    }

    private func one(_ place: DeadLetterPlace) async throws {
        let bus = bus
        let found = try await blocking { try bus.letter(at: place) }
        guard let found else { throw bus.noLetter(at: place) }
        let report = DeadLetterReport([found], nowMs: SystemClock.nowMs())
        invocation.out.write(
            invocation.wantsJSON ? try report.json() : report.whole(for: invocation.out))
    }
}

extension [DeadLetterRecord] {
    /// The newest `limit`, the newest first.
    fileprivate func newest(_ limit: Int) -> [DeadLetterRecord] {
        Array(
            sorted { left, right in
                (right.failedAtMs ?? 0, left.place.description)
                    < (left.failedAtMs ?? 0, right.place.description)
            }.prefix(limit))
    }
}
