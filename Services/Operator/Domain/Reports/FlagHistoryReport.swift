public import CommandLineKit
public import Contracts

/// Who changed a flag, when and why: from what control-core told of it.
public struct FlagHistoryReport: Sendable {
    /// One change that apps could see.
    public struct Change: Sendable, Encodable {
        /// When, Unix ms.
        public let atMs: Int64
        /// The service, or `*`.
        public let service: String
        /// What happened, such as `safe_mode_enabled`.
        public let event: String
        /// Who did it; `control-core` where the time of a hold was up.
        public let author: String
        /// Why.
        public let reason: String?
        /// Percent or factor.
        public let value: Double?
        /// The command that did it.
        public let commandId: String
    }

    /// The changes by time.
    public private(set) var changes: [Change] = []
    private let flag: String
    private let service: String?

    /// A history of a flag, of one service and what concerns all, or of every service.
    public init(flag: String, service: String?) {
        self.flag = flag
        self.service = service
    }

    /// Takes any message of `nervous.alert`; those about other flags are passed over.
    public mutating func take(_ envelope: Envelope) {
        guard let event = try? envelope.payload(as: ControlEventPayload.self), event.copy != true,
            Self.flag(of: event) == watched || event.flags?.contains(watched) == true,
            service == nil || event.service == service || event.service == ServiceName.all
        else { return }
        changes.append(
            Change(
                atMs: envelope.ts, service: event.service, event: event.type,
                author: event.author, reason: Self.reason(event), value: event.value,
                commandId: event.commandId))
    }

    /// Of an order by break-glass where and when it was given, too.
    private static func reason(_ event: ControlEventPayload) -> String? {
        guard let host = event.host, let givenMs = event.givenMs else { return event.reason }
        let given = "given on \(host) at \(UTCTime.text(unixMs: givenMs))"
        return event.reason.map { "\(given): \($0)" } ?? given
    }

    /// These two go along with SAFE_MODE, and are told with it.
    private var watched: String {
        [FlagRules.toolUse, FlagRules.externalCalls].contains(flag) ? FlagRules.safeMode : flag
    }

    /// The flag that an event is about; nil if it is about none.
    private static func flag(of event: ControlEventPayload) -> String? {
        switch event.type {
        case "safe_mode_enabled", "safe_mode_disabled": FlagRules.safeMode
        case "write_drain_enabled", "write_drain_disabled": FlagRules.writeDrain
        case "kill_switch_enabled", "kill_switch_disabled": FlagRules.killSwitch
        case "emergency_enabled", "emergency_disabled": FlagRules.emergency
        case "rate_limit_reduced", "rate_limit_restored": FlagRules.rateLimit
        case "autoscale_enabled", "autoscale_disabled": FlagRules.autoscale
        case "module_disabled", "module_enabled": event.module.map(FlagRules.module)
        case "agent_quarantined", "agent_released": event.agentId.map(FlagRules.agent)
        default: nil
        }
    }

    /// The changes in the order of time.
    public mutating func sort() {
        changes.sort { ($0.atMs, $0.commandId) < ($1.atMs, $1.commandId) }
    }

    /// A table.
    public func text(for console: Console) -> String {
        guard !changes.isEmpty else { return "Nobody changed \(flag.sanitized) in this time.\n" }
        var table = TextTable([
            .fixed("TIME (UTC)"), .fixed("SERVICE"), .fixed("WHAT"), .fixed("BY"),
            .flexible("REASON"), .flexible("COMMAND"),
        ])
        for change in changes {
            let value = change.value.map { " \(FigureText.number($0))" } ?? ""
            table.add(
                "\(UTCTime.text(unixMs: change.atMs))",
                "\((change.service == ServiceName.all ? "all" : change.service).sanitized)",
                "\(change.event)\(value)", "\(change.author.sanitized)",
                "\((change.reason ?? "").sanitized)", "\(change.commandId.sanitized)")
        }
        return table.text(for: console)
    }
}
