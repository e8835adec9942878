internal import Contracts

/// What a window says about a signal.
struct Verdict: Hashable, Sendable {
    var finding: SignalState.Finding
    /// What was measured, in the unit of the rule.
    var value: Double?
    /// The true value is `value` or more.
    var isAtLeast = false
    /// The rule that decided, its limits as they hold now (in the unit of the value).
    var rule: SignalRule?

    static let unknown = Verdict(finding: .unknown)

    /// The level; nil if there was too little to judge.
    var level: SignalLevel? {
        if case .level(let level) = finding { level } else { nil }
    }

    /// The limit of a severity by the rule that decided; of one that this rule does not know, the
    /// mildest that is worse.
    func threshold(_ severity: Severity) -> Double? {
        guard let rule else { return nil }
        return rule.limits[severity]
            ?? rule.limits.filter { $0.key.isWorse(than: severity) }
            .max { $0.key.rank < $1.key.rank }?.value
    }
}

/// Judges the figures of a window by a profile's rules.
struct Judge {
    let profile: SeverityProfile
    /// What the limits are multiplied by: 1, or less while the thresholds are lowered.
    let factor: Double
    /// What is normal now, requests a second; nil if not known.
    let normalTraffic: Double?
    /// What is normal now, ms; nil if not known.
    let normalP95Ms: Double?

    /// The verdict on a signal.
    func verdict(_ signal: GoldenSignal, _ figures: WindowFigures) -> Verdict {
        var worst = Verdict.unknown
        for rule in profile.rules where rule.signal == signal {
            let verdict = verdict(rule, figures)
            if Self.weight(verdict) > Self.weight(worst) { worst = verdict }
        }
        return worst
    }

    /// The latency of a window, ms: of each layout of buckets that has enough requests, and of
    /// gauges, the worst.
    func p95Ms(_ figures: WindowFigures) -> LatencyHistogram.Quantile? {
        let measured = figures.histograms.filter { $0.total >= profile.minRequests }
            .compactMap { $0.quantile(0.95) }
        let gauges = figures.gaugeP95Ms.map {
            [LatencyHistogram.Quantile(valueMs: $0, isAtLeast: false)]
        }
        return (measured + (gauges ?? [])).max { $0.valueMs < $1.valueMs }
    }

    private static func weight(_ verdict: Verdict) -> Int {
        switch verdict.finding {
        case .unknown: verdict.rule == nil ? -1 : 0
        case .insufficient: 1
        case .level(let level): 2 + Int(level.rawValue)
        }
    }

    private func verdict(_ rule: SignalRule, _ figures: WindowFigures) -> Verdict {
        let tightened = factor < 1 ? rule.tightened(by: factor) : rule
        switch rule.measure {
        case .p95Ms: return latency(tightened, figures)
        case .p95TimesNormal:
            guard let normalP95Ms, normalP95Ms > 0 else {
                return Verdict(finding: .insufficient, rule: nil)
            }
            let inMs = SignalRule(
                .p95Ms, tightened.side, limits: tightened.limits.mapValues { $0 * normalP95Ms },
                recover: tightened.recover * normalP95Ms)
            return latency(inMs, figures)
        case .errorRatio: return errors(tightened, figures)
        case .dropRatio: return drop(tightened, figures)
        case .requestsPerSecond:
            return judged(tightened, figures.trafficPerSecond, else: .insufficient)
        case .usedRatio:
            let used = [figures.cpu, figures.memory].compactMap(\.self).max()
            return judged(tightened, used, else: .unknown)
        }
    }

    private func latency(_ rule: SignalRule, _ figures: WindowFigures) -> Verdict {
        if let quantile = p95Ms(figures) {
            let level = rule.level(of: quantile.valueMs, isAtLeast: quantile.isAtLeast)
            return Verdict(
                finding: .level(level), value: quantile.valueMs, isAtLeast: quantile.isAtLeast,
                rule: rule)
        }
        return Verdict(finding: figures.histograms.isEmpty ? .unknown : .insufficient, rule: rule)
    }

    private func errors(_ rule: SignalRule, _ figures: WindowFigures) -> Verdict {
        var ratio = figures.gaugeErrorRatio
        if figures.requests >= profile.minRequests, figures.requests > 0 {
            ratio = max(ratio ?? 0, min(1, figures.errors / figures.requests))
        }
        return judged(rule, ratio, else: figures.reportsErrors ? .insufficient : .unknown)
    }

    private func drop(_ rule: SignalRule, _ figures: WindowFigures) -> Verdict {
        guard let now = figures.trafficPerSecond else {
            return Verdict(finding: .unknown, rule: rule)
        }
        guard let normalTraffic, normalTraffic > 0, normalTraffic >= profile.trafficFloor else {
            return Verdict(finding: .insufficient, rule: rule)
        }
        return judged(rule, max(0, 1 - now / normalTraffic), else: .unknown)
    }

    private func judged(
        _ rule: SignalRule, _ value: Double?, else finding: SignalState.Finding
    ) -> Verdict {
        guard let value else { return Verdict(finding: finding, rule: rule) }
        return Verdict(
            finding: .level(rule.level(of: value, isAtLeast: false)), value: value, rule: rule)
    }
}
