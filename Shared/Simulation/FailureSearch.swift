package import Streams

/// Runs a seed, and of one that fails finds the shortest run that shows it.
package struct FailureSearch: Sendable {
    /// Steps with faults, unless told otherwise.
    package static let stepsDefault = 3_000

    package let policies: SimulationPolicies
    package let plantedBug: PlantedBug?

    package init(policies: SimulationPolicies, plantedBug: PlantedBug? = nil) {
        self.policies = policies
        self.plantedBug = plantedBug
    }

    /// One run.
    package func run(seed: UInt64, steps: Int) throws(SimulationError) -> SimulationReport {
        try Simulation(seed: seed, steps: steps, policies: policies, plantedBug: plantedBug).run()
    }

    /// Of a run that fails, the one with the fewest steps that fails while one with a step less does
    /// not: halves the number of steps, at most some twenty runs.
    package func shortest(
        _ report: SimulationReport
    ) throws(SimulationError) -> SimulationReport {
        var shortest = report
        var passing = 0
        while shortest.faultSteps - passing > 1 {
            let steps = passing + (shortest.faultSteps - passing) / 2
            let tried = try run(seed: report.seed, steps: steps)
            if tried.violation == nil { passing = steps } else { shortest = tried }
        }
        return shortest
    }

    /// The command that shows a failure again.
    package func command(_ report: SimulationReport) -> String {
        let bug = plantedBug.map { " --bug \($0.rawValue)" } ?? ""
        return "swift run -c release simulator --seed \(report.seed) --steps "
            + "\(report.faultSteps)\(bug)"
    }
}
