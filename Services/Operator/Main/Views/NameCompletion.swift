internal import CommandLineKit
internal import Contracts
internal import OperatorDomain
internal import Runtime
internal import StreamsKafka

/// Names for a shell that completes a line: those of the bus, if it answers at once.
struct NameCompletion: Sendable {
    /// A person who presses the tabulator waits no longer than this, ms.
    private static let patienceMs: Int32 = 450

    private let request: CompletionRequest

    init(_ request: CompletionRequest) {
        self.request = request
    }

    func candidates(_ kind: NameKind) async -> [CompletionCandidate] {
        switch kind {
        case .context:
            let contexts = (try? ContextsFile.all(request.values)) ?? []
            return contexts.map {
                CompletionCandidate($0.name, help: $0.isProduction ? "PRODUCTION" : $0.bootstrap)
            }
        case .deadLetterTopic: return BusTopic.allCases.map { CompletionCandidate($0.kind) }
        case .service:
            let configured = ServiceDirectory.names(home: home).map { CompletionCandidate($0) }
            // The file is at hand: the bus is asked only where it says nothing.
            guard configured.isEmpty else { return configured }
            return await snapshot().serviceNames.map { CompletionCandidate($0) }
        case .incident:
            return await snapshot().openIncidents.map {
                CompletionCandidate(
                    $0.incident.incidentId,
                    help: "\($0.incident.severity.rawValue) \($0.incident.title)")
            }
        case .flag:
            let known = [
                FlagRules.safeMode, FlagRules.toolUse, FlagRules.externalCalls,
                FlagRules.writeDrain, FlagRules.killSwitch, FlagRules.rateLimit,
                FlagRules.autoscale,
            ]
            let modules = await modules().map { FlagRules.module($0) }
            return (known + modules).map { CompletionCandidate($0) }
        case .module: return await modules().map { CompletionCandidate($0) }
        }
    }

    private var home: String { (try? request.values[ConnectionOptions.home]) ?? "." }

    private func modules() async -> [String] {
        Set(await snapshot().flags.map(\.flag).filter { $0.hasPrefix("module:") })
            .map { String($0.dropFirst("module:".count)) }.sorted()
    }

    private func snapshot() async -> BusSnapshot {
        // What is wrong with the options is said once the line is run.
        guard
            let configuration = try? ConnectionOptions.kafkaConfiguration(
                request.values, clientID: "dreamnet"),
            let snapshot = try? await Bus(configuration).snapshot(deadlineMs: Self.patienceMs)
        else { return BusSnapshot() }
        return snapshot
    }
}
