internal import Simulation

/// What several runs have shown together.
struct RunTotals {
    private(set) var runs = 0
    private var steps = 0
    private var messages = 0
    private var transactions = 0
    private var elapsedMs: Int64 = 0
    private var injected: [FaultKind: Int] = [:]

    mutating func add(_ report: SimulationReport) {
        runs += 1
        steps += report.steps
        messages += report.messages
        transactions += report.transactions
        elapsedMs += report.elapsedMs
        injected.merge(report.injected, uniquingKeysWith: +)
    }

    var text: String {
        "\(runs) runs, \(steps) steps, \(messages) messages, \(transactions) transactions, "
            + "\(elapsedMs / 1_000) s of simulated time"
    }

    var faults: String {
        FaultKind.allCases.map { "\($0.rawValue) \(injected[$0] ?? 0)" }.joined(separator: ", ")
    }
}
