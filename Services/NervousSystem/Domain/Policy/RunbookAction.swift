public import Contracts

/// An order that a step of a runbook gives to control-core: its type and its parameters, without
/// the service, which is always the incident's.
public struct RunbookAction: Sendable, Hashable {
    /// What is ordered.
    public var type: CommandType
    /// On or off.
    public var enabled: Bool?
    /// The module of `set_module`.
    public var module: String?
    /// Percent of the normal rate, above 0 to 100.
    public var percent: Double?
    /// Factor of the normal size, 1 to 100.
    public var factor: Double?
    /// The level of `set_monitor` and `set_alert_threshold`.
    public var level: String?

    /// An action; what is not given is absent.
    public init(
        _ type: CommandType, enabled: Bool? = nil, module: String? = nil, percent: Double? = nil,
        factor: Double? = nil, level: String? = nil
    ) {
        self.type = type
        self.enabled = enabled
        self.module = module
        self.percent = percent
        self.factor = factor
        self.level = level
    }

    /// The types that a runbook may order by itself: reversible, and of one service.
    /// A kill switch, a pause and the like are for people.
    public static let automatic: [CommandType] = [
        .setSafeMode, .setWriteDrain, .setModule, .setRateLimit, .setAutoscale, .setMonitor,
        .setAlertThreshold,
    ]

    /// The command of the `dreamnet` command line that does the same, ready to paste; nil of a
    /// type that no runbook may order, or whose parameters are missing.
    public func command(service: String) -> String? {
        let target = "--service \(service)"
        switch type {
        case .setSafeMode: return enabled.map { "dreamnet safe-mode \(onOff($0)) \(target)" }
        case .setWriteDrain: return enabled.map { "dreamnet write-drain \(onOff($0)) \(target)" }
        case .setModule:
            guard let enabled, let module else { return nil }
            return "dreamnet module \(enabled ? "enable" : "disable") \(module) \(target)"
        case .setRateLimit:
            return enabled.map { hotkey("RATE_LIMIT=\($0 ? "reduce" : "restore")", target) }
        case .setAutoscale: return enabled.map { hotkey("AUTOSCALE=\(onOff($0))", target) }
        case .setMonitor: return level.map { hotkey("MONITOR=\($0)", target) }
        case .setAlertThreshold: return level.map { hotkey("ALERT_THRESHOLD=\($0)", target) }
        default: return nil
        }
    }

    private func onOff(_ enabled: Bool) -> String { enabled ? "on" : "off" }

    private func hotkey(_ text: String, _ target: String) -> String {
        "dreamnet hotkey '\(text)' \(target)"
    }
}
