import Simulation
import Streams
import TestKit
import Testing

struct SimulationTests {
    static let policies = Result { try SimulationPolicies(home: ProjectPaths.root) }

    private func search(_ bug: PlantedBug? = nil) throws -> FailureSearch {
        FailureSearch(policies: try Self.policies.get(), plantedBug: bug)
    }

    /// Runs of a seed that must hold, with what repeats one that does not.
    private func expectToHold(_ seed: UInt64, steps: Int = FailureSearch.stepsDefault) throws {
        let search = try search()
        let report = try search.run(seed: seed, steps: steps)
        guard report.failure != nil else { return }
        let shortest = try search.shortest(report)
        Issue.record(
            """
            seed \(seed) fails: \(report.failure ?? "")
            fewest steps \(shortest.faultSteps): \(shortest.failure ?? "")
            repeat it by: \(search.command(shortest))
            """)
    }

    // A batch a case: cases run side by side.
    @Test(arguments: (0..<10).map { UInt64($0 * 30 + 1) })
    func `whatever fails, nothing is lost and nothing is done twice`(first: UInt64) throws {
        for seed in first..<first + 30 { try expectToHold(seed) }
    }

    /// Seeds that have failed once, each for a mistake that is mended.
    @Test(arguments: FailedSeeds.all)
    func `what has failed once holds`(failed: FailedSeeds.Run) throws {
        try expectToHold(failed.seed, steps: failed.steps)
    }

    @Test(arguments: PlantedBug.allCases)
    func `a mistake that is planted is found`(bug: PlantedBug) throws {
        let search = try search(bug)
        for seed in UInt64(1)...500 {
            let report = try search.run(seed: seed, steps: FailureSearch.stepsDefault)
            guard let failure = report.failure else { continue }
            print("\(bug.rawValue): found by seed \(seed): \(failure.prefix(160))")
            return
        }
        Issue.record("\(bug.rawValue) is not found within 500 seeds")
    }

    @Test(arguments: [7, 8, 9] as [UInt64])
    func `the same seed is the same run, bit for bit`(seed: UInt64) throws {
        let policies = try Self.policies.get()
        let runs = try (0..<2).map { _ in
            let simulation = try Simulation(seed: seed, steps: 1_500, policies: policies)
            let report = simulation.run()
            return (report, simulation.digest())
        }
        #expect(runs[0].0 == runs[1].0)
        #expect(runs[0].1 == runs[1].1)
        #expect(runs[0].0.transactions > 0)
        let other = try Simulation(seed: seed + 100, steps: 1_500, policies: policies)
        _ = other.run()
        #expect(other.digest() != runs[0].1)
    }

    @Test func `another process makes the same run of a seed`() async throws {
        // Hash tables are seeded anew in each process: what depends on their order differs.
        let one = try await SimulatorProcess.run(["--seed", "11", "--steps", "1500", "--json"])
        let other = try await SimulatorProcess.run(["--seed", "11", "--steps", "1500", "--json"])
        #expect(one.output == other.output)
        #expect(one.exitCode == 0)
        #expect(one.output.contains(#""digest":"#))
        let simulation = try Simulation(
            seed: 11, steps: 1_500, policies: try Self.policies.get())
        _ = simulation.run()
        #expect(one.output.contains(simulation.digest()))
    }

    @Test func `a failure is shown with the fewest steps and the command that repeats it`() throws {
        let search = try search(.offsetsOutside)
        var found: SimulationReport?
        for seed in UInt64(1)...500 where found == nil {
            let report = try search.run(seed: seed, steps: FailureSearch.stepsDefault)
            if report.failure != nil { found = report }
        }
        let report = try #require(found)
        let shortest = try search.shortest(report)
        #expect(shortest.failure != nil)
        #expect(shortest.faultSteps <= report.faultSteps)
        let again = try search.run(seed: report.seed, steps: shortest.faultSteps)
        #expect(again == shortest)
        let fewer = try search.run(seed: report.seed, steps: shortest.faultSteps - 1)
        #expect(fewer.failure == nil)
        #expect(
            search.command(shortest)
                == "swift run -c release simulator --seed \(report.seed) --steps "
                + "\(shortest.faultSteps) --bug offsets-outside")
    }

    @Test func `every kind of fault happens`() throws {
        let search = try search()
        var injected: [FaultKind: Int] = [:]
        for seed in UInt64(1_000)..<1_030 {
            let report = try search.run(seed: seed, steps: FailureSearch.stepsDefault)
            injected.merge(report.injected, uniquingKeysWith: +)
        }
        for kind in FaultKind.allCases { #expect(injected[kind, default: 0] > 0, "\(kind)") }
    }
}
