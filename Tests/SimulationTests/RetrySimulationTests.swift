import Simulation
import Testing

/// Messages that are tried again, under every fault.
struct RetrySimulationTests {
    private static let steps = 3_000

    @Test(arguments: (0..<5).map { UInt64($0 * 10 + 1) })
    func `each message is taken in the order of its key, or is a dead letter once`(
        first: UInt64
    ) throws {
        for seed in first..<first + 10 {
            let report = try Simulation(retrySeed: seed, steps: Self.steps).run()
            #expect(report.failure == nil, "seed \(seed), \(Self.steps) steps")
            #expect(report.messages > 50, "seed \(seed)")
        }
    }

    @Test func `the same seed is the same run`() throws {
        let runs = try (0..<2).map { _ in
            let simulation = try Simulation(retrySeed: 5, steps: 1_000)
            return (simulation.run(), simulation.digest())
        }
        #expect(runs[0].0 == runs[1].0 && runs[0].1 == runs[1].1)
    }
}
