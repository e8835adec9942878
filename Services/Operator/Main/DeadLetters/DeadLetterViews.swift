internal import CommandLineKit
internal import Contracts
internal import OperatorDomain
internal import Runtime
internal import StreamsKafka
internal import TopicCatalog

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
            case .deadLetters(let request): try await list(request)
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

    private func list(_ request: DeadLetterListRequest) async throws {
        let bus = bus
        let (letters, ledger) = try await blocking {
            let topics = try request.topic.map { [$0] } ?? bus.deadLetterTopics()
            let ledger = try bus.readLedger()
            // One more than is shown tells whether there is a page behind.
            let most = request.limit + 1
            var newest: [DeadLetterRecord] = []
            try bus.readDeadLetters(of: topics, deadlineMs: Self.readMs) { letter in
                guard request.all || !ledger.isResolved(letter.place),
                    request.after.map({ $0 < DeadLetterPosition(of: letter) }) ?? true,
                    request.filter.passes(letter)
                else { return }
                newest.append(letter)
                // No more in memory than twice what is shown.
                if newest.count >= 2 * most { newest = newest.newest(most) }
            }
            return (newest.newest(most), ledger)
        }
        let nowMs = SystemClock.nowMs()
        let shown = Array(letters.prefix(request.limit))
        let report = DeadLetterReport(shown, nowMs: nowMs, ledger: ledger)
        invocation.out.write(
            invocation.wantsJSON ? try report.json() : report.table(for: invocation.out))
        if letters.count > shown.count, let last = shown.last {
            invocation.err.line("the next page: \(request.next(after: last, nowMs: nowMs))")
        }
    }

    private func one(_ place: DeadLetterPlace) async throws {
        let bus = bus
        let found = try await blocking { try bus.letter(at: place) }
        guard let found else { throw bus.noLetter(at: place) }
        let ledger = try await blocking { try bus.readLedger() }
        let report = DeadLetterReport([found], nowMs: SystemClock.nowMs(), ledger: ledger)
        invocation.out.write(
            invocation.wantsJSON ? try report.json() : report.whole(for: invocation.out))
        guard !invocation.wantsJSON, let catalog = try? TopicCatalog.load(of: invocation) else {
            return
        }
        invocation.out.write(
            DeadLetterExplanation(of: found, schemas: catalog.schemas).text(for: invocation.out))
    }
}

extension [DeadLetterRecord] {
    /// The newest `limit`, the newest first.
    fileprivate func newest(_ limit: Int) -> [DeadLetterRecord] {
        Array(
            sorted { DeadLetterPosition(of: $0) < DeadLetterPosition(of: $1) }.prefix(limit))
    }
}
