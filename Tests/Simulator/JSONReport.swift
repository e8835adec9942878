internal import JSON
internal import Simulation

/// A run as a line of JSON.
enum JSONReport {
    static func line(_ report: SimulationReport, digest: String) throws -> String {
        var fields: [String: JSONValue] = [
            "seed": .string(String(report.seed)), "faultSteps": .int(Int64(report.faultSteps)),
            "steps": .int(Int64(report.steps)), "messages": .int(Int64(report.messages)),
            "transactions": .int(Int64(report.transactions)), "elapsedMs": .int(report.elapsedMs),
            "holds": .bool(report.failure == nil),
            "faults": .object(
                Dictionary(
                    uniqueKeysWithValues: report.injected.map {
                        ($0.key.rawValue, .int(Int64($0.value)))
                    })),
        ]
        if let failure = report.failure { fields["failure"] = .string(failure) }
        if let bug = report.bug { fields["bug"] = .string(bug) }
        if !digest.isEmpty { fields["digest"] = .string(digest) }
        return try JSONValue.object(fields).serializedString()
    }
}
