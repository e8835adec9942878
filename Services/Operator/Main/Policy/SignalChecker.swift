internal import CommandLineKit
internal import Contracts
internal import HTTP
internal import JSON
internal import OSCoreDomain
internal import OperatorDomain
internal import PolicyFiles
internal import Runtime
internal import Streams
internal import StreamsKafka

/// Says whether what a service reports can show what its profile judges.
struct SignalChecker: Sendable {
    /// How far back signals of a service without targets are looked for, ms.
    private static let sentWithinMs: Int64 = 300_000

    /// What one instance reports, or why it cannot be read.
    private struct Report: Sendable {
        let instance: String
        let result: Result<SignalPayload, ProbeFailure>
    }

    private let bus: Bus
    private let invocation: Invocation

    init(_ bus: Bus, _ invocation: Invocation) {
        self.bus = bus
        self.invocation = invocation
    }

    func check(_ service: String) async throws -> ExitCode {
        let configuration = try load()
        let profile = configuration.policy.profile(of: service)
        let targets = configuration.scrape.targets.filter { $0.service == service }
        let probe = TargetProbe(configuration.scrape)
        let reports: [Report]
        if targets.isEmpty {
            reports = try await sent(service)
        } else {
            reports = try await blocking {
                targets.map { Report(instance: $0.instance, result: probe.read($0)) }
            }
        }
        guard !reports.isEmpty else {
            throw CommandFailure(
                "\(service) has no target in config/services.yaml, and has sent no counters within "
                    + HumanText.duration(Self.sentWithinMs),
                hint: "Signals that are sent as figures need no check.")
        }
        return try show(service, profile, reports)
    }

    private func load() throws -> OSCoreConfiguration {
        do throws(PolicyFilesError) {
            return try PolicyDirectory(home: home()).loadOSCore().value
        } catch {
            for problem in error.problems { invocation.err.line(problem.description.sanitized) }
            throw CommandFailure(
                "\(HumanText.count(error.problems.count, "problem")) in config/",
                hint: "--home says where config/ is.")
        }
    }

    private func home() -> String { (try? invocation[ConnectionOptions.home]) ?? "." }

    /// The newest counters of each instance that sends them itself.
    private func sent(_ service: String) async throws -> [Report] {
        let bus = bus
        do {
            return try await blocking {
                let timer = Countdown(ms: Bus.readDeadlineMs)
                let reader = try bus.reader()
                try reader.start(
                    .signal, from: .time(ms: SystemClock.nowMs() - Self.sentWithinMs),
                    timeoutMs: timer.leftMs)
                var newest: [String: SignalPayload] = [:]
                let key = Array(service.utf8)
                try reader.readToEnd(deadlineMs: 30_000) { record in
                    guard record.key == key, let value = record.value,
                        let envelope = try? Envelope(parsing: value),
                        let signal = try? envelope.payload(as: SignalPayload.self)
                    else { return }
                    newest[signal.instance] = signal
                }
                return newest.sorted { $0.key < $1.key }.map {
                    Report(instance: $0.key, result: .success($0.value))
                }
            }
        } catch {
            throw bus.failure(error)
        }
    }

    private func show(
        _ service: String, _ profile: SeverityProfile, _ reports: [Report]
    ) throws -> ExitCode {
        var isFine = true
        var documents: [JSONValue] = []
        for report in reports {
            var lines: [(isFine: Bool, text: String)] = []
            switch report.result {
            case .success(let signal):
                lines = SignalCheck.findings(signal, profile).map {
                    ($0.isFine, "\($0.signal.rawValue): \($0.text)")
                }
            case .failure(let failure): lines = [(false, failure.reason)]
            }
            isFine = isFine && lines.allSatisfy(\.isFine)
            documents += lines.map {
                [
                    "instance": .string(report.instance), "isFine": .bool($0.isFine),
                    "text": .string($0.text),
                ]
            }
            guard !invocation.wantsJSON else { continue }
            invocation.out.line("\(service)/\(report.instance), profile \(profile.name)".sanitized)
            for line in lines {
                let mark = invocation.out.style(
                    line.isFine ? "ok " : "NOT", line.isFine ? .good : .bad)
                invocation.out.line("  \(mark)  \(line.text.sanitized)")
            }
        }
        if invocation.wantsJSON {
            invocation.out.write(try JSONText.document(JSONValue.array(documents)))
        }
        return isFine ? .success : .failure
    }
}

/// Why a target cannot be read.
struct ProbeFailure: Error, Sendable {
    let reason: String
}

/// Reads one target once, as os-core would.
private struct TargetProbe: Sendable {
    private let client: HTTPClient

    init(_ policy: ScrapePolicy) {
        var configuration = HTTPClientConfiguration(timeoutMs: Int(policy.timeoutMs))
        configuration.maxResponseBytes = policy.responseMaxBytes
        client = HTTPClient(configuration)
    }

    func read(_ target: ScrapeTarget) -> Result<SignalPayload, ProbeFailure> {
        do {
            let response = try client.get(target.url)
            guard response.status == 200 else {
                return .failure(ProbeFailure(reason: "the target answered \(response.status)"))
            }
            let exposition = try PrometheusText.parse(response.body)
            let samples = exposition.samples.map { sample in
                MetricSample(
                    sample.name,
                    labels: Dictionary(sample.labels.map { ($0.name, $0.value) }) { $1 },
                    value: sample.value)
            }
            return .success(
                try PrometheusSignals(names: target.metrics).signal(
                    service: target.service, instance: target.instance, samples: samples,
                    declared: Set(exposition.types.keys)))
        } catch {
            return .failure(ProbeFailure(reason: "\(target.url): \(error)"))
        }
    }
}
