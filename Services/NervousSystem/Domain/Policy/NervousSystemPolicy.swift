public import Contracts

/// What nervous-system goes by (config/services.yaml, config/nervous.yaml, runbooks/*.md).
public struct NervousSystemPolicy: Sendable, Hashable {
    /// The runbooks, by name.
    public var runbooks: [String: Runbook]
    /// What the automation may do to each service that is named; others are observed.
    public var automation: [String: AutomationMode]
    /// The door for messages from outside.
    public var ingress: IngressPolicy
    /// Who is told what.
    public var notifications: NotificationPolicy
    /// How long control-core may take to answer a request before a person is asked, ms. The
    /// request is not repeated: it lies on a durable topic, and its answer is still taken.
    public var outcomeWithinMs: Int64
    /// How soon a step is tried again that control-core refused because of a pause of which this
    /// task has not heard yet, ms.
    public var retryMs: Int64
    /// How long the view of a response stays after its incident was resolved, ms.
    public var viewKeepMs: Int64
    /// How often the figures of the queues of dead letters are said, ms.
    public var deadLettersEveryMs: Int64

    /// The defaults of the project, with `runbooks` and the modes of services.
    public init(
        runbooks: [Runbook] = [], automation: [String: AutomationMode] = [:],
        ingress: IngressPolicy = IngressPolicy(),
        notifications: NotificationPolicy = NotificationPolicy(),
        outcomeWithinMs: Int64 = 30_000, retryMs: Int64 = 5_000,
        viewKeepMs: Int64 = 24 * 3_600_000, deadLettersEveryMs: Int64 = 5_000
    ) {
        self.runbooks = Dictionary(runbooks.map { ($0.name, $0) }) { first, _ in first }
        self.automation = automation
        self.ingress = ingress
        self.notifications = notifications
        self.outcomeWithinMs = outcomeWithinMs
        self.retryMs = retryMs
        self.viewKeepMs = viewKeepMs
        self.deadLettersEveryMs = deadLettersEveryMs
    }

    /// What the automation may do to `service`.
    public func mode(of service: String) -> AutomationMode { automation[service] ?? .observe }
}
