internal import AuditKit

/// What came of a part.
struct PartResult: Sendable {
    let name: String
    /// Nil: it ran.
    var skipped: String?
    var injected: [(what: String, count: Int)] = []
    /// Messages of the load.
    var taken = 0
    /// Outcomes, messages passed on, dead letters.
    var given = 0
    var breaches: [Breach] = []
    /// The longest time without a new outcome while load was offered, ms, and the bound.
    var stallMs: Int64?
    var stallMsMax: Int64 = 0
    var endings: [String] = []
    /// Gaps that were measured one by one.
    var gaps: [GapFigures] = []
    /// What else went wrong.
    var failures: [String] = []

    static func skipped(_ part: AuditPart, _ why: String) -> PartResult {
        PartResult(name: part.rawValue, skipped: why)
    }

    static func failed(
        _ part: AuditPart, _ injected: [(what: String, count: Int)], _ why: String
    ) -> PartResult {
        PartResult(name: part.rawValue, injected: injected, failures: [why])
    }

    func count(_ kind: Breach.Kind) -> Int { breaches.count { $0.kind == kind } }

    /// Why it is not good, a line each.
    var reasons: [String] {
        var reasons = failures
        for kind in Breach.Kind.allCases where count(kind) > 0 {
            let examples = breaches.filter { $0.kind == kind }.prefix(5).map(\.description)
            reasons.append(
                "\(count(kind)) \(kind.rawValue): " + examples.joined(separator: "; "))
        }
        if let stallMs, stallMs > stallMsMax {
            reasons.append("no outcome for \(stallMs) ms, more than \(stallMsMax) ms")
        }
        reasons += gaps.compactMap(\.excess)
        return reasons
    }
}
