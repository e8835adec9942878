/// An action as config/actions.yaml declares it.
public struct ActionDefinition: Sendable, Hashable {
    /// What is told when it has succeeded.
    public struct Event: Sendable, Hashable {
        /// The type of the alert, such as `rollback_executed`.
        public var type: String
        /// The version before and after.
        public var fields: [String: ActionTemplate]

        /// An event.
        public init(type: String, fields: [String: ActionTemplate] = [:]) {
            self.type = type
            self.fields = fields
        }
    }

    /// In the place of an agent's name: there is none to be put into quarantine.
    public static let nobody = "none"

    /// Its name.
    public var name: String
    /// One line for people.
    public var summary: String
    /// What it acts upon: one action at a time, in order.
    public var target: ActionTemplate
    /// What it takes.
    public var parameters: [ActionParameter]
    /// Secrets by name.
    public var secrets: [String: ActionSecret]
    /// The steps of each phase.
    public var steps: [ActionPhase: [ActionStep]]
    /// Whether it may be done twice: it is then tried again after a failure or a crash.
    public var isIdempotent: Bool
    /// How long a step may take, ms.
    public var timeoutMs: Int64
    /// How often a step is tried again.
    public var retries: Int
    /// The wait after a step has failed for the first time, ms; doubled after each further time.
    public var backoffMs: Int64
    /// The longest wait, ms.
    public var backoffMaxMs: Int64
    /// Who may run it.
    public var roles: Set<AccessRole>
    /// Whether another person has to approve it.
    public var needsSecondPerson: Bool
    /// Why the automation may run what cannot be taken back without a second person; nil: it may
    /// not.
    public var unattended: String?
    /// What is told of it.
    public var event: Event?
    /// Who is told by a notification once it has ended: a contact of config/contacts.yaml, or
    /// `everyone`.
    public var tell: String?
    /// Once it has succeeded, this verb of every other service that has it is run as well.
    public var everywhere: String?

    /// An action.
    public init(
        name: String, summary: String, target: ActionTemplate,
        parameters: [ActionParameter] = [], secrets: [String: ActionSecret] = [:],
        steps: [ActionPhase: [ActionStep]], isIdempotent: Bool, timeoutMs: Int64 = 60_000,
        retries: Int = 0, backoffMs: Int64 = 500, backoffMaxMs: Int64 = 5_000,
        roles: Set<AccessRole> = [.responder, .commander],
        needsSecondPerson: Bool = false, event: Event? = nil, tell: String? = nil,
        everywhere: String? = nil, unattended: String? = nil
    ) {
        self.name = name
        self.summary = summary
        self.target = target
        self.parameters = parameters
        self.secrets = secrets
        self.steps = steps
        self.isIdempotent = isIdempotent
        self.timeoutMs = timeoutMs
        self.retries = retries
        self.backoffMs = backoffMs
        self.backoffMaxMs = backoffMaxMs
        self.roles = roles
        self.needsSecondPerson = needsSecondPerson
        self.event = event
        self.tell = tell
        self.everywhere = everywhere
        self.unattended = unattended
    }

    /// Whether it can be taken back.
    public var isReversible: Bool { !(steps[.undo] ?? []).isEmpty }
    /// Whether it looks at the end whether it worked.
    public var isVerified: Bool { !(steps[.verify] ?? []).isEmpty }
}
