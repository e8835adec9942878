/// When a runbook applies: the `trigger` of its front matter. incident-core links the runbook of
/// an incident by it, nervous-system runs the one that is linked.
public struct RunbookTrigger: Sendable, Hashable {
    /// The runbook's name: the file's, without `.md`.
    public let runbook: String
    /// The severities that it is for.
    public let severities: Set<Severity>
    /// The signals that it is for; empty: any, and none (a declared incident).
    public let signals: Set<GoldenSignal>
    /// The services that it is for; empty: any.
    public let services: Set<String>

    /// A trigger.
    public init(
        runbook: String, severities: Set<Severity>, signals: Set<GoldenSignal> = [],
        services: Set<String> = []
    ) {
        self.runbook = runbook
        self.severities = severities
        self.signals = signals
        self.services = services
    }

    /// Whether the runbook applies to an incident of `service` with these active signals.
    public func matches(
        service: String, severity: Severity, signals active: Set<GoldenSignal>
    ) -> Bool {
        severities.contains(severity)
            && (signals.isEmpty || !signals.isDisjoint(with: active))
            && (services.isEmpty || services.contains(service))
    }

    /// How much the trigger narrows down: of several that match, the narrowest applies.
    public var specificity: Int { (services.isEmpty ? 0 : 2) + (signals.isEmpty ? 0 : 1) }
}

extension [RunbookTrigger] {
    /// The runbook that applies: the narrowest match, of equals the first by name.
    public func runbook(
        service: String, severity: Severity, signals: Set<GoldenSignal>
    ) -> String? {
        filter { $0.matches(service: service, severity: severity, signals: signals) }
            .min { ($1.specificity, $0.runbook) < ($0.specificity, $1.runbook) }?.runbook
    }
}
