internal import AuditKit

/// Gaps of one kind, each the longest time between two outcomes around a blow, ms.
struct GapFigures: Sendable {
    let name: String
    /// None may be longer, ms.
    let bound: Int64
    private(set) var values: [Int64] = []

    init(_ name: String, bound: Int64) {
        self.name = name
        self.bound = bound
    }

    mutating func add(_ ms: Int64) { values.append(ms) }

    /// The value under which that share of the values is.
    func percentile(_ share: Double) -> Int64 {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        let index = Int((share * Double(sorted.count)).rounded(.up)) - 1
        return sorted[min(max(index, 0), sorted.count - 1)]
    }

    /// What is wrong with them; nil if nothing is.
    var excess: String? {
        let over = values.filter { $0 > bound }
        return over.isEmpty
            ? nil : "\(name): \(over.count) of \(values.count) over \(bound) ms: \(over)"
    }

    /// A row of the report.
    var row: String {
        "| \(name) | \(values.count) | \(percentile(0.5)) ms | \(percentile(0.99)) ms "
            + "| \(values.max() ?? 0) ms | \(bound) ms |"
    }
}
