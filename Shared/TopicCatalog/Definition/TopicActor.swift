/// Who may write or read a topic.
public enum TopicActor: String, Sendable, Hashable, CaseIterable {
    /// The service that owns the flags.
    case controlCore = "control-core"
    /// The service that owns the incidents.
    case incidentCore = "incident-core"
    /// The service that watches the golden signals.
    case osCore = "os-core"
    /// The router and runner of runbooks.
    case nervousSystem = "nervous-system"
    /// The operators' command line.
    case dreamnet
    /// The command line of those who mend, replay and discard dead letters.
    case deadLetters = "dead-letters"
    /// Who counts the dead letters that wait: nervous-system, beside its tasks.
    case watchdog
    /// Who tells people: nervous-system, beside its tasks.
    case notifier
    /// People with a Kafka client of their own, such as kcat.
    case operators
    /// The services of others, which publish signals and obey flags.
    case apps

    /// Whether it is a service of DreamNet: a reducer that dead-letters what it cannot take.
    public var isService: Bool {
        switch self {
        case .controlCore, .incidentCore, .osCore, .nervousSystem: true
        case .dreamnet, .deadLetters, .watchdog, .notifier, .operators, .apps: false
        }
    }

    /// The changelog of a service, nil for the others.
    public var changelogName: String? { isService ? "nervous.\(rawValue).state" : nil }
}
