internal import Contracts

/// What alerts say to people.
enum AlertText {
    /// The name of a signal in a sentence.
    static func name(_ signal: GoldenSignal) -> String {
        switch signal {
        case .latency: "p95 latency"
        case .errors: "the error rate"
        case .traffic: "traffic"
        case .saturation: "CPU or memory"
        case .missingData: "missing data"
        case .deadLetters: "the queue of dead letters"
        }
    }

    /// "p95 latency 5240 ms is over the P0 line of 5000 ms (60 s window)".
    static func crossed(
        _ signal: GoldenSignal, _ severity: Severity, _ verdict: Verdict, _ profile: SeverityProfile
    ) -> String {
        guard let rule = verdict.rule, let value = verdict.value else { return name(signal) }
        let window = "(\(duration(profile.windowMs)) window)"
        let atLeast = verdict.isAtLeast ? "at least " : ""
        let what = "\(subject(rule.measure)) \(atLeast)\(text(value, rule.measure))"
        guard let limit = verdict.threshold(severity) else { return "\(what) \(window)" }
        let isPast = rule.side == .above ? value >= limit : value <= limit
        guard isPast else { return "\(what) has not recovered: \(severity.rawValue) \(window)" }
        let side = rule.side == .above ? "over" : "under"
        return "\(what) is \(side) the \(severity.rawValue) line of "
            + "\(text(limit, rule.measure)) \(window)"
    }

    /// "p95 latency 120 ms has recovered (under 500 ms, 60 s window)".
    static func recovered(
        _ signal: GoldenSignal, _ verdict: Verdict, _ profile: SeverityProfile
    ) -> String {
        guard let rule = verdict.rule, let value = verdict.value,
            let recover = verdict.recover
        else {
            return "\(name(signal)) has recovered"
        }
        let side = rule.side == .above ? "under" : "over"
        return "\(subject(rule.measure)) \(text(value, rule.measure)) has recovered (\(side) "
            + "\(text(recover, rule.measure)), \(duration(profile.windowMs)) window)"
    }

    /// A value without digits that mean nothing: a tenth above 100, six decimals below.
    static func rounded(_ value: Double) -> Double {
        let scale = value.magnitude >= 100 ? 10.0 : 1_000_000
        return (value * scale).rounded() / scale
    }

    /// "1.5 s", "60 s", "250 ms".
    static func duration(_ ms: Int64) -> String {
        ms >= 1000 ? "\(number(Double(ms) / 1000)) s" : "\(ms) ms"
    }

    /// The same of milliseconds with fractions.
    static func duration(_ ms: Double) -> String {
        ms >= 1000 ? "\(number(ms / 1000)) s" : "\(number(ms)) ms"
    }

    private static func subject(_ measure: SignalRule.Measure) -> String {
        switch measure {
        case .p95Ms, .p95TimesNormal: "p95 latency"
        case .errorRatio: "error rate"
        case .dropRatio: "traffic drop"
        case .requestsPerSecond: "traffic"
        case .usedRatio: "CPU or memory"
        case .deadLetters: "dead letters"
        case .deadLettersPerMinute: "new dead letters"
        case .slowedTasks: "tasks that are slowed by dead letters"
        }
    }

    private static func text(_ value: Double, _ measure: SignalRule.Measure) -> String {
        switch measure.unit {
        case "ratio": "\(number(value * 100))%"
        case "per_second": "\(number(value)) requests/s"
        case "letters", "tasks": number(value)
        case "letters/min": "\(number(value)) a minute"
        default: "\(number(value)) ms"
        }
    }

    private static func number(_ value: Double) -> String {
        let short = (value * 100).rounded() / 100
        if short.magnitude < 1_000_000_000, short == short.rounded() { return "\(Int64(short))" }
        return "\(short)"
    }
}
