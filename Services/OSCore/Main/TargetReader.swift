internal import Contracts
internal import HTTP
internal import OSCoreDomain
internal import PolicyFiles

/// Reads one target's metrics. A target that answers nonsense, too much, or not at all is a
/// signal too.
struct TargetReader: Sendable {
    /// What came of it.
    enum Reading {
        case signal(SignalPayload)
        case failed(ScrapeFailurePayload)
    }

    private let client: HTTPClient

    init(_ policy: ScrapePolicy) {
        var configuration = HTTPClientConfiguration(timeoutMs: Int(policy.timeoutMs))
        configuration.maxResponseBytes = policy.responseMaxBytes
        client = HTTPClient(configuration)
    }

    func read(_ target: ScrapeTarget) -> Reading {
        let body: [UInt8]
        do throws(HTTPClientError) {
            let response = try client.get(target.url)
            guard response.status == 200 else {
                return failure(target, "status", "the target answered \(response.status)")
            }
            body = response.body
        } catch {
            return failure(target, Self.code(error.code), "\(error)")
        }
        let samples: [MetricSample]
        let declared: Set<String>
        do throws(PrometheusTextError) {
            let exposition = try PrometheusText.parse(body)
            declared = Set(exposition.types.keys)
            samples = exposition.samples.map { sample in
                MetricSample(
                    sample.name,
                    labels: Dictionary(sample.labels.map { ($0.name, $0.value) }) { $1 },
                    value: sample.value)
            }
        } catch {
            return failure(target, "not_prometheus", "\(error)")
        }
        do throws(SignalFailure) {
            return .signal(
                try PrometheusSignals(names: target.metrics).signal(
                    service: target.service, instance: target.instance, samples: samples,
                    declared: declared))
        } catch {
            return failure(target, error.code.rawValue, error.reason)
        }
    }

    private func failure(
        _ target: ScrapeTarget, _ code: String, _ reason: String
    ) -> Reading {
        .failed(
            ScrapeFailurePayload(
                service: target.service, instance: target.instance, code: code,
                reason: String(reason.prefix(500))))
    }

    private static func code(_ code: HTTPClientError.Code) -> String {
        switch code {
        case .timeout: "timeout"
        case .tooLarge: "too_large"
        default: "unreachable"
        }
    }
}
