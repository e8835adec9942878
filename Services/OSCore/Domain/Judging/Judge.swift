internal import Contracts

/// Judges the figures of a window by a profile's rules.
struct Judge {
    let rules: ProfileRules
    /// Whether the thresholds are lowered.
    let isLowered: Bool
    /// What is normal now, requests a second; nil if not known.
    let normalTraffic: Double?
    /// What is normal now, ms; nil if not known.
    let normalP95Ms: Double?

    /// The verdict on the windowed signal at `index`.
    func verdict(at index: Int, _ figures: WindowFigures, p95: LatencyHistogram.Quantile?)
        -> Verdict
    {
        var worst = Verdict.unknown
        for rule in rules.rules(at: index, isLowered: isLowered) {
            let verdict = verdict(rule, figures, p95)
            if verdict.weight > worst.weight { worst = verdict }
        }
        return worst
    }

    /// The latency of a window, ms: of each layout of buckets that has enough requests, and of
    /// gauges, the worst.
    func p95Ms(_ figures: WindowFigures) -> LatencyHistogram.Quantile? {
        var worst: LatencyHistogram.Quantile?
        if let histogram = figures.histogram { add(histogram, to: &worst) }
        for histogram in figures.otherHistograms { add(histogram, to: &worst) }
        if let gauge = figures.gaugeP95Ms, gauge > worst?.valueMs ?? -.infinity {
            worst = LatencyHistogram.Quantile(valueMs: gauge, isAtLeast: false)
        }
        return worst
    }

    private func add(_ histogram: LatencyHistogram, to worst: inout LatencyHistogram.Quantile?) {
        guard histogram.total >= rules.minRequests, let quantile = histogram.quantile(0.95) else {
            return
        }
        if quantile.valueMs > worst?.valueMs ?? -.infinity { worst = quantile }
    }

    private func verdict(
        _ rule: RankedRule, _ figures: WindowFigures, _ p95: LatencyHistogram.Quantile?
    ) -> Verdict {
        switch rule.measure {
        case .p95Ms: return latency(rule, figures, p95, scale: 1)
        case .p95TimesNormal:
            guard let normalP95Ms, normalP95Ms > 0 else {
                return Verdict(finding: .insufficient, rule: nil)
            }
            return latency(rule, figures, p95, scale: normalP95Ms)
        case .errorRatio: return errors(rule, figures)
        case .dropRatio: return drop(rule, figures)
        case .requestsPerSecond:
            return judged(rule, figures.trafficPerSecond, else: .insufficient)
        case .usedRatio:
            let used = figures.cpu.map { max($0, figures.memory ?? $0) } ?? figures.memory
            return judged(rule, used, else: .unknown)
        case .deadLetters: return judged(rule, figures.deadLetters, else: .unknown)
        case .deadLettersPerMinute:
            return judged(rule, figures.deadLettersPerMinute, else: .unknown)
        case .slowedTasks: return judged(rule, figures.slowedTasks, else: .unknown)
        }
    }

    private func latency(
        _ rule: RankedRule, _ figures: WindowFigures, _ p95: LatencyHistogram.Quantile?,
        scale: Double
    ) -> Verdict {
        if let p95 {
            let level = rule.level(of: p95.valueMs, isAtLeast: p95.isAtLeast, scale: scale)
            return Verdict(
                finding: .level(level), value: p95.valueMs, isAtLeast: p95.isAtLeast, rule: rule,
                scale: scale)
        }
        return Verdict(
            finding: figures.histogram == nil ? .unknown : .insufficient, rule: rule,
            scale: scale)
    }

    private func errors(_ rule: RankedRule, _ figures: WindowFigures) -> Verdict {
        var ratio = figures.gaugeErrorRatio
        if figures.requests >= rules.minRequests, figures.requests > 0 {
            ratio = max(ratio ?? 0, min(1, figures.errors / figures.requests))
        }
        return judged(rule, ratio, else: figures.reportsErrors ? .insufficient : .unknown)
    }

    private func drop(_ rule: RankedRule, _ figures: WindowFigures) -> Verdict {
        guard let now = figures.trafficPerSecond else {
            return Verdict(finding: .unknown, rule: rule)
        }
        guard let normalTraffic, normalTraffic > 0, normalTraffic >= rules.trafficFloor else {
            return Verdict(finding: .insufficient, rule: rule)
        }
        return judged(rule, max(0, 1 - now / normalTraffic), else: .unknown)
    }

    private func judged(
        _ rule: RankedRule, _ value: Double?, else finding: SignalState.Finding
    ) -> Verdict {
        guard let value else { return Verdict(finding: finding, rule: rule) }
        return Verdict(
            finding: .level(rule.level(of: value, isAtLeast: false)), value: value, rule: rule)
    }
}
