import Simulation
import Testing

/// A topic with `order: key`, under every fault: the state at rest is that of the same messages
/// with the poison mended.
struct ParkingSimulationTests {
    private static let steps = 3_000

    @Test(arguments: (0..<5).map { UInt64($0 * 20 + 1) })
    func `with parking, mended letters leave the state that good ones would have`(
        first: UInt64
    ) throws {
        for seed in first..<first + 20 {
            let report = try Simulation(parkingSeed: seed, steps: Self.steps).run()
            #expect(report.failure == nil, "seed \(seed), \(Self.steps) steps")
            #expect(report.messages > 50, "seed \(seed)")
        }
    }

    @Test func `without parking, they do not`() throws {
        let failures = try (UInt64(1)...10).compactMap {
            try Simulation(parkingSeed: $0, steps: Self.steps, keepsOrder: false).run().violation
        }
        #expect(failures.contains { $0.rule == .order })
    }

    @Test func `the same seed is the same run`() throws {
        let runs = try (0..<2).map { _ in
            let simulation = try Simulation(parkingSeed: 5, steps: 1_000)
            return (simulation.run(), simulation.digest())
        }
        #expect(runs[0].0 == runs[1].0 && runs[0].1 == runs[1].1)
    }
}
