internal import Dispatch
internal import Runtime

/// Keeps to so many letters a second.
final class Pace {
    /// An open transaction holds back the readers of the topic: none holds more than half a second.
    private static let batchSeconds = 0.5
    private static let batchMax = 2_000
    private static let napMs: Int64 = 500

    private let perSecond: Double?
    private let startMs = SystemClock.monotonicMs()
    private let interruption = DispatchSemaphore(value: 0)
    private var sent = 0

    /// - Parameter perSecond: nil: as fast as it goes.
    init(perSecond: Double?) { self.perSecond = perSecond }

    /// These steps in parts that a transaction may hold.
    func batches<Step>(of steps: [Step]) -> [ArraySlice<Step>] {
        let paced = perSecond.map { Int($0 * Self.batchSeconds) } ?? Self.batchMax
        let size = max(1, min(Self.batchMax, paced))
        return stride(from: 0, to: steps.count, by: size).map {
            steps[$0..<min(steps.count, $0 + size)]
        }
    }

    /// Waits until so many more may have been sent.
    func wait(after count: Int, whileWaiting: () throws -> Void) throws {
        sent += count
        guard let perSecond else { return }
        let dueMs = startMs + Int64(Double(sent) * 1_000 / perSecond)
        while case let leftMs = dueMs - SystemClock.monotonicMs(), leftMs > 0 {
            _ = interruption.wait(timeout: .now() + .milliseconds(Int(min(leftMs, Self.napMs))))
            try whileWaiting()
        }
    }
}
