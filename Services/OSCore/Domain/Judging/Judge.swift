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

    /// What is to be said of the windowed signal at `index`: the worst that a rule of it finds.
    func judgement(
        at index: Int, _ figures: borrowing WindowFigures, p95: LatencyHistogram.Quantile?
    ) -> Judgement {
        var worst = Judgement.unknown
        for number in rules.rules(at: index, isLowered: isLowered) {
            let judgement = judgement(number, figures, p95)
            if judgement.weight > worst.weight { worst = judgement }
        }
        return worst
    }

    /// The latency of a window, ms: of each layout of buckets that has enough requests, and of
    /// gauges, the worst.
    func p95Ms(_ figures: borrowing WindowFigures) -> LatencyHistogram.Quantile? {
        var worst: LatencyHistogram.Quantile?
        if let histogram = figures.histogram { add(histogram, to: &worst) }
        for index in figures.otherHistograms.indices {
            add(figures.otherHistograms[index], to: &worst)
        }
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

    private func judgement(
        _ number: Int, _ figures: borrowing WindowFigures, _ p95: LatencyHistogram.Quantile?
    ) -> Judgement {
        switch rules[number].measure {
        case .p95Ms: return latency(number, figures, p95, scale: 1)
        case .p95TimesNormal:
            guard let normalP95Ms, normalP95Ms > 0 else {
                return Judgement(finding: .insufficient)
            }
            return latency(number, figures, p95, scale: normalP95Ms)
        case .errorRatio: return errors(number, figures)
        case .dropRatio: return drop(number, figures)
        case .requestsPerSecond:
            return judged(number, figures.trafficPerSecond, else: .insufficient)
        case .usedRatio:
            let (cpu, memory) = (figures.cpu, figures.memory)
            return judged(number, cpu.map { max($0, memory ?? $0) } ?? memory, else: .unknown)
        case .deadLetters: return judged(number, figures.deadLetters, else: .unknown)
        case .deadLettersPerMinute:
            return judged(number, figures.deadLettersPerMinute, else: .unknown)
        case .slowedTasks: return judged(number, figures.slowedTasks, else: .unknown)
        }
    }

    private func latency(
        _ number: Int, _ figures: borrowing WindowFigures, _ p95: LatencyHistogram.Quantile?,
        scale: Double
    ) -> Judgement {
        if let p95 {
            let level = rules[number].level(
                of: p95.valueMs, isAtLeast: p95.isAtLeast, scale: scale)
            return Judgement(
                finding: .level(level), value: p95.valueMs, isAtLeast: p95.isAtLeast,
                rule: number, scale: scale)
        }
        return Judgement(
            finding: figures.histogram == nil ? .unknown : .insufficient, rule: number,
            scale: scale)
    }

    private func errors(_ number: Int, _ figures: borrowing WindowFigures) -> Judgement {
        var ratio = figures.gaugeErrorRatio
        if figures.requests >= rules.minRequests, figures.requests > 0 {
            ratio = max(ratio ?? 0, min(1, figures.errors / figures.requests))
        }
        return judged(number, ratio, else: figures.reportsErrors ? .insufficient : .unknown)
    }

    private func drop(_ number: Int, _ figures: borrowing WindowFigures) -> Judgement {
        guard let now = figures.trafficPerSecond else {
            return Judgement(finding: .unknown, rule: number)
        }
        guard let normalTraffic, normalTraffic > 0, normalTraffic >= rules.trafficFloor else {
            return Judgement(finding: .insufficient, rule: number)
        }
        return judged(number, max(0, 1 - now / normalTraffic), else: .unknown)
    }

    private func judged(
        _ number: Int, _ value: Double?, else finding: SignalState.Finding
    ) -> Judgement {
        guard let value else { return Judgement(finding: finding, rule: number) }
        return Judgement(
            finding: .level(rules[number].level(of: value, isAtLeast: false)), value: value,
            rule: number)
    }
}
