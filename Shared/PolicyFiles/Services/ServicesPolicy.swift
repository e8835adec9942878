public import Contracts

/// The services that are watched, and what may be done to them (config/services.yaml).
public struct ServicesPolicy: Sendable, Hashable {
    /// How many services the automation may touch within an hour.
    public var maxServicesPerHour: Int = 3
    /// How metrics are read, with the targets of all services.
    public var scrape = ScrapePolicy()
    /// The services by name.
    public var services: [String: ServicePolicy] = [:]
    /// What the automation may do to the queues of dead letters, `dlq-<topic>`, that `services` does
    /// not name.
    public var deadLetterQueues = AutomationMode.observe

    /// No services.
    public init() {}

    /// What the automation may do to each service that is named, and to each queue.
    public var automation: [String: AutomationMode] {
        let named = services.mapValues(\.automation)
        // Who is not named is observed.
        guard deadLetterQueues != .observe else { return named }
        let queues = BusTopic.allCases.map {
            (ServiceName.deadLetterQueue(of: $0), deadLetterQueues)
        }
        return named.merging(queues) { named, _ in named }
    }

    /// The services of which `--wait` expects at least one subscriber.
    public var expectedSubscribers: Set<String> {
        Set(services.filter(\.value.expectsSubscribers).keys)
    }

    /// The services whose silence is an alert.
    public var expectedSignals: Set<String> { Set(services.filter(\.value.expectsSignals).keys) }
}

/// One service of config/services.yaml.
public struct ServicePolicy: Sendable, Hashable {
    /// What the automation may do to it.
    public var automation: AutomationMode = .observe
    /// The profile of config/severity.yaml that judges it; nil: the default one.
    public var severityProfile: String?
    /// Whether at least one of its instances must report the flags that it runs.
    public var expectsSubscribers: Bool = false
    /// Whether its silence is an alert; by default if it has targets.
    public var expectsSignals: Bool = false

    /// A service that is observed and expected nowhere.
    public init() {}
}
