public import Contracts

/// Why what a target exports is no signal: the fields of a `ScrapeFailurePayload`.
public struct SignalFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of fault, as `ScrapeFailurePayload.code` carries it.
    public enum Code: String, Sendable, Hashable {
        /// The counter of requests is not there.
        case noMetric = "no_metric"
        /// A value is none that the metric can have.
        case notPrometheus = "not_prometheus"
        /// More buckets than a signal may have.
        case tooLarge = "too_large"
    }

    /// The kind of fault.
    public let code: Code
    /// What was found, for people.
    public let reason: String

    /// The reason.
    public var description: String { reason }
}

/// Makes a signal of what a target exports: the pure half of the scraper.
public struct PrometheusSignals: Sendable {
    private let names: MetricNames

    /// For targets that use `names`.
    public init(names: MetricNames = MetricNames()) {
        self.names = names
    }

    /// The signal of an instance.
    ///
    /// Only the counter of requests must be there, and that of errors if it has a name; what else is missing stays absent, and is not
    /// judged. Samples of one metric under several labels are added.
    /// - Parameter declared: the metrics that the target declares by `# TYPE`: a counter with labels
    ///   has no sample before it first counts, and is 0 then.
    public func signal(
        service: String, instance: String, samples: [MetricSample], declared: Set<String> = []
    ) throws(SignalFailure) -> SignalPayload {
        var signal = SignalPayload(service: service, instance: instance)
        let requests = samples.filter { $0.name == names.requests }
        guard !requests.isEmpty || declared.contains(names.requests) else {
            throw SignalFailure(
                code: .noMetric, reason: "the target does not export \(names.requests)")
        }
        signal.requestsTotal = try sum(requests)
        signal.errorsTotal = try errors(samples, requests, declared)
        let refused = samples.filter { $0.name == names.refusedByFlag }
        if !refused.isEmpty || declared.contains(names.refusedByFlag) {
            signal.refusedByFlagTotal = try sum(refused)
        }
        try addLatency(samples, to: &signal)
        signal.cpu = ratio(names.cpu, samples)
        signal.memory = ratio(names.memory, samples)
        if let start = samples.last(where: { $0.name == names.startTime })?.value,
            start >= 0, start * 1000 <= Double(SignalLimits.tsMax)
        {
            signal.startTimeMs = Int64((start * 1000).rounded())
        }
        return signal
    }

    private func errors(
        _ samples: [MetricSample], _ requests: [MetricSample], _ declared: Set<String>
    ) throws(SignalFailure) -> Double {
        guard let name = names.errors else { return try sum(requests.filter(isServerError)) }
        let errors = samples.filter { $0.name == name }
        guard !errors.isEmpty || declared.contains(name) else {
            throw SignalFailure(code: .noMetric, reason: "the target does not export \(name)")
        }
        return try sum(errors)
    }

    private func isServerError(_ sample: MetricSample) -> Bool {
        guard let status = sample.labels[names.statusLabel] else { return false }
        // Some exporters give the class alone: 5xx.
        return status.utf8.count == 3 && status.utf8.first == UInt8(ascii: "5")
    }

    private func sum(_ samples: [MetricSample]) throws(SignalFailure) -> Double {
        var sum = 0.0
        for sample in samples { sum += try counter(sample) }
        guard sum <= SignalLimits.counterMax else {
            let name = samples.first?.name ?? names.requests
            throw SignalFailure(code: .notPrometheus, reason: "\(name) is past 2^53")
        }
        return sum
    }

    private func counter(_ sample: MetricSample) throws(SignalFailure) -> Double {
        guard sample.value >= 0, sample.value <= SignalLimits.counterMax else {
            throw SignalFailure(
                code: .notPrometheus, reason: "\(sample.name) is \(sample.value): no counter")
        }
        return sample.value
    }

    /// Above 1 by a reading's jitter is 1; what is no number is absent.
    private func ratio(_ name: String, _ samples: [MetricSample]) -> Double? {
        samples.filter { $0.name == name && $0.value.isFinite }.map(\.value).max()
            .map { min(1, max(0, $0)) }
    }

    private func addLatency(
        _ samples: [MetricSample], to signal: inout SignalPayload
    ) throws(SignalFailure) {
        var counts: [Double: Double] = [:]
        var seen: [Double: Int] = [:]
        for sample in samples where sample.name == names.latencyBuckets {
            guard let label = sample.labels["le"], let bound = Self.bound(label), !bound.isNaN
            else {
                throw fault("a bucket without a readable le")
            }
            counts[bound, default: 0] += try counter(sample)
            seen[bound, default: 0] += 1
            guard counts.count <= SignalLimits.boundsMax + 1 else {
                throw SignalFailure(
                    code: .tooLarge,
                    reason: "\(names.latencyBuckets): more than \(SignalLimits.boundsMax) buckets")
            }
        }
        guard !counts.isEmpty else { return }
        let bounds = counts.keys.sorted()
        guard bounds.last == .infinity, bounds.count > 1, bounds[0] >= 0 else {
            throw fault("a histogram needs a bucket of le=\"+Inf\" and others, none negative")
        }
        // Series with other buckets cannot be added: it would not be said where requests lay.
        guard Set(seen.values).count == 1 else { throw fault("the series differ in buckets") }
        let cumulative = bounds.map { counts[$0] ?? 0 }
        guard zip(cumulative, cumulative.dropFirst()).allSatisfy({ $0 <= $1 }) else {
            throw fault("the buckets are not cumulative")
        }
        let boundsMs = bounds.dropLast().map {
            ($0 * names.latencyUnit.ms * 1_000_000).rounded() / 1_000_000
        }
        guard zip(boundsMs, boundsMs.dropFirst()).allSatisfy({ $0 < $1 }),
            boundsMs.allSatisfy({ $0 <= SignalLimits.counterMax }),
            cumulative[cumulative.count - 1] <= SignalLimits.counterMax
        else { throw fault("bounds too close or too large") }
        signal.latencyBoundsMs = boundsMs
        signal.latencyCounts = cumulative
    }

    private static func bound(_ text: String) -> Double? {
        ["+Inf", "Inf", "inf", "+inf"].contains(text) ? .infinity : Double(text)
    }

    private func fault(_ what: String) -> SignalFailure {
        SignalFailure(code: .notPrometheus, reason: "\(names.latencyBuckets): \(what)")
    }
}
