/// A runbook at work. Key: `response/<incident id>`.
public struct ResponseView: MessagePayload {
    /// The topic that carries it.
    public static let topic = BusTopic.view
    /// The types that it stands for.
    public static let types = ["response_view"]

    /// Always `response_view`.
    public var type: String
    /// The incident.
    public var incidentId: String
    /// The service.
    public var service: String
    /// The runbook.
    public var runbook: String
    /// `mitigating`, `watching`, `undoing`, `finished`, `gave_up`, `observed`, `paused`.
    public var state: String
    /// Its steps.
    public var steps: [StepView]
    /// What the automation does next.
    public var nextStep: String?
    /// When, Unix ms.
    public var nextAtMs: Int64?
    /// Why it stands so.
    public var detail: String?

    /// Makes one; what is not given is absent.
    public init(
        type: String = "response_view",
        incidentId: String,
        service: String,
        runbook: String,
        state: String,
        steps: [StepView],
        nextStep: String? = nil,
        nextAtMs: Int64? = nil,
        detail: String? = nil
    ) {
        self.type = type
        self.incidentId = incidentId
        self.service = service
        self.runbook = runbook
        self.state = state
        self.steps = steps
        self.nextStep = nextStep
        self.nextAtMs = nextAtMs
        self.detail = detail
    }
}
