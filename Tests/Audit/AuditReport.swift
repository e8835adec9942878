internal import AuditKit

/// The table of all parts.
struct AuditReport: Sendable {
    private let results: [PartResult]

    init(_ results: [PartResult]) { self.results = results }

    /// Nothing is wrong, and something ran.
    var isGood: Bool {
        results.allSatisfy { $0.reasons.isEmpty } && results.contains { $0.skipped == nil }
    }

    /// What is wrong, a line each.
    var failures: [String] {
        let failures = results.flatMap { result in
            result.reasons.map { "\(result.name): FAILED: \($0)" }
        }
        if failures.isEmpty, !isGood { return ["nothing ran"] }
        return failures
    }

    var markdown: String {
        var text = """
            | part | injected | in | out | lost | doubled | wrong | longest stall | ended by itself |
            |---|---|---|---|---|---|---|---|---|

            """
        for result in results {
            if let why = result.skipped {
                text += "| \(result.name) | SKIPPED: \(why) | | | | | | | |\n"
                continue
            }
            let injected = result.injected.map { "\($0.count) \($0.what)" }
                .joined(separator: ", ")
            let stall = result.stallMs.map { "\(Self.seconds($0)) s" } ?? "-"
            let endings = Dictionary(grouping: result.endings) { $0 }
                .map { "\($0.value.count) \($0.key)" }.sorted().joined(separator: ", ")
            text +=
                "| \(result.name) | \(injected) | \(result.taken) | \(result.given) "
                + "| \(result.count(.lost)) | \(result.count(.doubled)) "
                + "| \(result.count(.wrong)) | \(stall) | \(endings.isEmpty ? "0" : endings) |\n"
        }
        let gaps = results.flatMap(\.gaps)
        guard !gaps.isEmpty else { return text }
        text += """

            | hot standby | times | p50 | p99 | longest | bound |
            |---|---|---|---|---|---|

            """
        for gap in gaps { text += gap.row + "\n" }
        return text
    }

    /// Tenths of a second.
    static func seconds(_ ms: Int64) -> String {
        let tenths = (ms + 50) / 100
        return "\(tenths / 10).\(tenths % 10)"
    }
}
