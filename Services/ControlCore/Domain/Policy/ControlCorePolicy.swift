public import Contracts

/// What control-core goes by (config/control.yaml, config/services.yaml).
public struct ControlCorePolicy: Sendable, Hashable {
    /// An order older than this is refused, ms. An operator who sees no answer gives it again.
    public var commandMaxAgeMs: Int64
    /// Evidence older than this commands nothing, ms of event time (docs/decisions/0005, rule 2).
    public var actWithinMs: Int64
    /// How far `ts` may be ahead of the broker's clock, ms.
    public var futureToleranceMs: Int64
    /// How long ids of orders are remembered, ms; an older order is not taken.
    public var idsRememberedMs: Int64
    /// How many ids of orders are remembered.
    public var idsMax: Int
    /// How many services the automation may touch within an hour.
    public var maxServicesPerHour: Int
    /// The value of RATE_LIMIT=reduce, percent of the normal rate (seed 000 names no figure).
    public var rateLimitPercent: Double
    /// The value of AUTOSCALE=on, factor of the normal size (seed 000 names no figure).
    public var autoscaleFactor: Double
    /// How often the heartbeat in `nervous.flags` is renewed, ms.
    public var heartbeatIntervalMs: Int64
    /// How long the owner of a directive may take to answer, ms.
    public var directiveTimeoutMs: Int64
    /// How many partitions `nervous.setting` has: a setting is written to each.
    public var settingPartitions: Int32
    /// What the automation may do to each service that is named.
    public var automation: [String: AutomationMode]
    /// What can be run (config/actions.yaml).
    public var actions: ActionCatalog
    /// Who may what (config/access.yaml).
    public var access: AccessPolicy
    /// What the environment of this instance orders when it first has that value.
    public var environment: [EnvironmentHotkey]
    /// Of how many variables and instances it is remembered what they ordered.
    public var environmentMax = 1_000
    /// This instance, for the ids of what its environment orders.
    public var instance: String

    /// The defaults of the project.
    public init(
        commandMaxAgeMs: Int64 = 15 * 60_000, actWithinMs: Int64 = 60_000,
        futureToleranceMs: Int64 = 30_000, idsRememberedMs: Int64 = 24 * 3_600_000,
        idsMax: Int = 100_000, maxServicesPerHour: Int = 3, rateLimitPercent: Double = 50,
        autoscaleFactor: Double = 2, heartbeatIntervalMs: Int64 = 5_000,
        directiveTimeoutMs: Int64 = 60_000, settingPartitions: Int32 = 4,
        automation: [String: AutomationMode] = [:], actions: ActionCatalog = ActionCatalog(),
        access: AccessPolicy = AccessPolicy(), environment: [EnvironmentHotkey] = [],
        instance: String = "control-core-0"
    ) {
        self.commandMaxAgeMs = commandMaxAgeMs
        self.actWithinMs = actWithinMs
        self.futureToleranceMs = futureToleranceMs
        self.idsRememberedMs = idsRememberedMs
        self.idsMax = idsMax
        self.maxServicesPerHour = maxServicesPerHour
        self.rateLimitPercent = rateLimitPercent
        self.autoscaleFactor = autoscaleFactor
        self.heartbeatIntervalMs = heartbeatIntervalMs
        self.directiveTimeoutMs = directiveTimeoutMs
        self.settingPartitions = settingPartitions
        self.automation = automation
        self.actions = actions
        self.access = access
        self.environment = environment
        self.instance = instance
    }
}
