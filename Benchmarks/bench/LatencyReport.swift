internal import CommandLineKit

/// The figures of the detections.
struct LatencyReport {
    /// When the broker appended each completing signal, Unix ms, rounded down.
    let appendedMs: [Int64]
    /// When each detection was seen on alert, incident, request and flags, Unix us.
    let seenUs: [[Int64?]]

    private static let hops = [
        "alert (os-core)", "incident (incident-core)", "request (nervous-system)",
        "flag (control-core)",
    ]

    /// Detections that never came to their flag.
    var missing: Int { (seenUs.last ?? []).count { $0 == nil } }

    func print(to out: Console, rate: Int) {
        out.line(
            """
            | signal appended to ... read, ms | p50 | p99 | p99.9 | worst |
            |---|---|---|---|---|
            """)
        for (index, name) in Self.hops.enumerated() {
            let isLast = index == Self.hops.count - 1
            out.line(row(isLast ? "**\(name)**" : name, sinceAppend(seenUs[index])))
        }
        for index in 1..<Self.hops.count {
            let name = Self.hops[index].split(separator: " ").first ?? ""
            out.line(row("of this, hop to \(name)", between(seenUs[index - 1], seenUs[index])))
        }
        let count = appendedMs.count
        out.line()
        out.line("\(count) detections at \(rate) a second, \(missing) without a flag.")
    }

    private func sinceAppend(_ seen: [Int64?]) -> [Double] {
        zip(appendedMs, seen).compactMap { appended, seen in
            seen.map { Double($0 - appended * 1000) / 1000 }
        }
    }

    private func between(_ before: [Int64?], _ after: [Int64?]) -> [Double] {
        zip(before, after).compactMap { before, after in
            guard let before, let after else { return nil }
            return Double(after - before) / 1000
        }
    }

    private func row(_ name: String, _ values: [Double]) -> String {
        let figures = [0.5, 0.99, 0.999, 1].map {
            Statistics.text(Statistics.percentile(values, $0), digits: 1)
        }
        return "| \(name) | \(figures.joined(separator: " | ")) |"
    }
}
