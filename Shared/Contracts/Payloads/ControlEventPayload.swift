/// What control-core did, as the seeds publish it (seed 000: `safe_mode_enabled` and the like).
public struct ControlEventPayload: MessagePayload {
    /// The topic that carries it.
    public static let topic = BusTopic.alert
    /// The types that it stands for.
    public static let types =
        [
            "safe_mode_enabled",
            "safe_mode_disabled",
            "write_drain_enabled",
            "write_drain_disabled",
            "module_disabled",
            "module_enabled",
            "kill_switch_enabled",
            "kill_switch_disabled",
            "rate_limit_reduced",
            "rate_limit_restored",
            "autoscale_enabled",
            "autoscale_disabled",
            "monitor_increased",
            "monitor_restored",
            "alert_threshold_lowered",
            "alert_threshold_restored",
            "automation_paused",
            "automation_resumed",
            "emergency_enabled",
            "emergency_disabled",
            "agent_quarantined",
            "agent_released",
            "signature_refused",
            "order_replayed",
            "approved_alone",
            "dlq_drained",
            "break_glass_applied",
            "break_glass_superseded",
            "break_glass_refused",
        ] + actionTypes

    /// Those that an action tells when it has succeeded (seed 000, "Pre-Baked Commands").
    public static let actionTypes = [
        "rollback_executed",
        "keys_rotated",
        "service_scaled",
        "service_restarted",
        "circuit_breaker_opened",
        "circuit_breaker_closed",
        "database_failed_over",
        "network_locked_down",
        "breach_contained",
        "action_executed",
    ]

    /// The fields that an action fills.
    public static let actionFields = ["fromVersion", "toVersion"]

    /// Which event.
    public var type: String
    /// The service, or `*` for all.
    public var service: String
    /// Services that were left out.
    public var except: [String]?
    /// The module of `module_disabled` and `module_enabled`.
    public var module: String?
    /// Why.
    public var reason: String?
    /// Who ordered it.
    public var author: String
    /// The command that did it.
    public var commandId: String
    /// Of `rate_limit_reduced` the percent, of `autoscale_enabled` the factor.
    public var value: Double?
    /// The incident that it was done for.
    public var incidentId: String?
    /// Of `rollback_executed`: what ran before.
    public var fromVersion: String?
    /// Of `rollback_executed`: what runs now.
    public var toVersion: String?
    /// Of `agent_quarantined` and `agent_released`: which agent.
    public var agentId: String?
    /// Of `dlq_drained`: the topic of the dead letters.
    public var queueName: String?
    /// Of `dlq_drained`: how many were given up.
    public var drainedCount: Int64?
    /// Of an order by break-glass: the flags that it is about.
    public var flags: [String]?
    /// Of an order by break-glass: the machine on which it was given.
    public var host: String?
    /// Of an order by break-glass: when it was given, Unix ms.
    public var givenMs: Int64?
    /// True of the copies that an event about all services has in the other partitions.
    public var copy: Bool?

    /// Makes one; what is not given is absent.
    public init(
        type: String,
        service: String,
        except: [String]? = nil,
        module: String? = nil,
        reason: String? = nil,
        author: String,
        commandId: String,
        value: Double? = nil,
        incidentId: String? = nil,
        fromVersion: String? = nil,
        toVersion: String? = nil,
        agentId: String? = nil,
        queueName: String? = nil,
        drainedCount: Int64? = nil,
        flags: [String]? = nil,
        host: String? = nil,
        givenMs: Int64? = nil,
        copy: Bool? = nil
    ) {
        self.type = type
        self.service = service
        self.except = except
        self.module = module
        self.reason = reason
        self.author = author
        self.commandId = commandId
        self.value = value
        self.incidentId = incidentId
        self.fromVersion = fromVersion
        self.toVersion = toVersion
        self.agentId = agentId
        self.queueName = queueName
        self.drainedCount = drainedCount
        self.flags = flags
        self.host = host
        self.givenMs = givenMs
        self.copy = copy
    }
}
