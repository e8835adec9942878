public import Contracts

/// An action of config/actions.yaml that a step of a runbook has control-core run, for the
/// incident's service. It may take long, it ends well or badly, and it is not taken back.
public struct RunbookRun: Sendable, Hashable {
    /// As many arguments as control-core takes.
    public static let argumentsMax = 32
    /// How long a run may take unless its step says otherwise, ms. No seed: a replay of 1,000
    /// letters at the seed's 10 a second (001, "Drain Dead Letter Queue") takes 100 s.
    public static let withinMsDefault: Int64 = 600_000

    /// The action's name.
    public var action: String
    /// Its parameters. In the values `{service}`, `{incident}` and `{severity}` stand for those of
    /// the incident.
    public var arguments: [NamedValue]
    /// How long it may take until a person is asked, ms.
    public var withinMs: Int64

    /// A run.
    public init(
        _ action: String, arguments: [NamedValue] = [], withinMs: Int64 = withinMsDefault
    ) {
        self.action = action
        self.arguments = arguments
        self.withinMs = withinMs
    }

    /// The parameters for one incident.
    public func arguments(
        service: String, incident: String, severity: Severity
    ) -> [NamedValue] {
        arguments.map { argument in
            NamedValue(
                name: argument.name,
                value: RunbookPlaces.fill(
                    argument.value, service: service, incident: incident, severity: severity))
        }
    }

    /// The command of the `dreamnet` command line that does the same, ready to paste.
    func command(service: String, incident: String, severity: Severity) -> String {
        let words = arguments(service: service, incident: incident, severity: severity)
            .flatMap { ["--set", "\($0.name)=\(ShellWord.quoted($0.value))"] }
        return (["dreamnet actions run \(action) --service \(service)"] + words)
            .joined(separator: " ")
    }
}
