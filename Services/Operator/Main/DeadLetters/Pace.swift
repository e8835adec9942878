internal import Contracts
internal import Runtime

/// Keeps to so many letters a second. A pause gives no credit: what follows is not sent faster.
final class Pace {
    /// An open transaction holds back the readers of the topic: none holds more than half a second.
    private static let batchSeconds = 0.5
    private static let napMs: Int64 = 500

    /// How many letters a transaction may hold.
    let batchSize: Int
    private let perSecond: Double?
    private let stop: StopRequest
    private var dueMs = SystemClock.monotonicMs()

    /// - Parameters:
    ///   - perSecond: nil: as fast as it goes.
    ///   - batchMax: A transaction holds no more letters than this, whatever the pace.
    init(perSecond: Double?, batchMax: Int, stop: StopRequest) {
        self.perSecond = perSecond
        self.stop = stop
        batchSize = max(1, min(batchMax, perSecond.map { Int($0 * Self.batchSeconds) } ?? batchMax))
    }

    /// These steps in parts that a transaction may hold.
    func batches<Step>(of steps: [Step]) -> [ArraySlice<Step>] {
        stride(from: 0, to: steps.count, by: batchSize).map {
            steps[$0..<min(steps.count, $0 + batchSize)]
        }
    }

    /// So many were sent: waits until more may be, or until the end is asked for.
    func wait(after count: Int, whileWaiting: () throws -> Void) throws {
        guard let perSecond else { return }
        dueMs = max(dueMs + Int64(Double(count) * 1_000 / perSecond), SystemClock.monotonicMs())
        while case let leftMs = dueMs - SystemClock.monotonicMs(), leftMs > 0, !stop.isSet {
            stop.wait(ms: min(leftMs, Self.napMs))
            try whileWaiting()
        }
    }
}
