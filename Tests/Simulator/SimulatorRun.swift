internal import CommandLineKit
internal import Simulation
internal import Streams

/// One invocation: the seeds one after the other, until one fails.
struct SimulatorRun {
    private let search: FailureSearch
    private let seeds: ClosedRange<UInt64>
    private let steps: Int
    private let isJSON: Bool
    private let isSingle: Bool
    private let shown: [String]

    init(_ invocation: Invocation) throws {
        let seed = try invocation[SimulatorOptions.seed]
        let range = try invocation[SimulatorOptions.seeds]
        guard (seed == nil) != (range == nil) else {
            throw CommandFailure(
                "one of --seed and --seeds is needed", hint: "Try --seeds 1..2000.",
                exitCode: .usage)
        }
        seeds = range ?? (seed ?? 0)...(seed ?? 0)
        isSingle = range == nil
        steps = try invocation[SimulatorOptions.steps]
        shown = try invocation[SimulatorOptions.show]
        isJSON = try invocation[SimulatorOptions.json]
        let home = try invocation[SimulatorOptions.home]
        let policies: SimulationPolicies
        do { policies = try SimulationPolicies(home: home) } catch {
            throw CommandFailure(
                "the policy of \(home) cannot be read",
                hint: "Run it in the checkout, or name one with --home.", cause: error)
        }
        search = FailureSearch(
            policies: policies, plantedBug: try invocation[SimulatorOptions.bug])
    }

    func run(_ out: Console, _ err: Console) throws -> ExitCode {
        let clock = ContinuousClock()
        let begun = clock.now
        var shown = begun
        var totals = RunTotals()
        for seed in seeds {
            let (report, digest) = try runOne(seed, out)
            totals.add(report)
            if isJSON { out.line(try JSONReport.line(report, digest: digest)) }
            guard report.failure == nil else { return try fail(report, out) }
            if isSingle, !isJSON {
                out.line("seed \(seed) holds: \(totals.text)")
                out.line("digest \(digest)")
            }
            if clock.now - shown > .seconds(10) {
                shown = clock.now
                err.line("simulator: \(totals.runs) runs hold, \(clock.now - begun)")
            }
        }
        if !isSingle, !isJSON {
            out.line("seeds \(seeds.lowerBound)..\(seeds.upperBound) hold: \(totals.text)")
            out.line("faults: \(totals.faults)")
            out.line("took \(clock.now - begun)")
        }
        return .success
    }

    private func runOne(
        _ seed: UInt64, _ out: Console
    ) throws -> (SimulationReport, digest: String) {
        let simulation = try Simulation(
            seed: seed, steps: steps, policies: search.policies, plantedBug: search.plantedBug)
        let report = simulation.run()
        if isSingle {
            for topic in shown { for line in simulation.lines(of: topic) { out.line(line) } }
        }
        return (report, isSingle ? simulation.digest() : "")
    }

    private func fail(_ report: SimulationReport, _ out: Console) throws -> ExitCode {
        let shortest = try search.shortest(report)
        if isJSON {
            out.line(try JSONReport.line(shortest, digest: ""))
        } else {
            out.line("seed \(report.seed) fails: \(report.failure ?? "")")
            out.line("fewest steps \(shortest.faultSteps): \(shortest.failure ?? "")")
            out.line("repeat it by: \(search.command(shortest))")
        }
        return .failure
    }
}
