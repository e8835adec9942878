internal import Contracts

/// Lines about alerts: "P0: p95 latency 6,210 ms above 5,000 ms".
enum AlertText {
    /// What was measured against which threshold; the reporter's own words where it gives no
    /// figures.
    static func figures(_ report: AlertReport) -> String {
        let alert = report.alert
        guard alert.signal != .missingData, let value = alert.value, let threshold = alert.threshold
        else { return words(report) }
        let measured = FigureText.value(value, unit: alert.unit)
        let limit = FigureText.value(threshold, unit: alert.unit)
        let isAbove = value > threshold
        return switch alert.signal {
        case .traffic:
            "traffic down by \(measured), \(isAbove ? "more than" : "against") \(limit)"
        default: "\(name(alert.signal)) \(measured) \(isAbove ? "above" : "against") \(limit)"
        }
    }

    /// The line of a timeline about what is new of an alert.
    static func line(_ report: AlertReport, _ news: AlertNews) -> String {
        let alert = report.alert
        return switch news {
        case .escalated, .deescalated: "now \(alert.severity.rawValue): \(figures(report))"
        case .cleared:
            alert.value.map {
                "clear: \(name(alert.signal)) \(FigureText.value($0, unit: alert.unit))"
            } ?? "clear: \(name(alert.signal))"
        default: "\(alert.severity.rawValue): \(figures(report))"
        }
    }

    private static func words(_ report: AlertReport) -> String {
        report.reason.isEmpty ? "\(name(report.alert.signal)) is not normal" : report.reason
    }

    private static func name(_ signal: GoldenSignal) -> String {
        switch signal {
        case .latency: "p95 latency"
        case .errors: "error rate"
        case .traffic: "drop of traffic"
        case .saturation: "CPU or memory"
        case .missingData: "data"
        case .deadLetters: "dead letters"
        }
    }
}
