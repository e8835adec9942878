internal import Contracts

/// The alerts that say what control-core did, with the names of seed 000.
enum ControlEvents {
    /// The event of a flag that changed from `before` to `after`; nil if apps see no difference,
    /// or the flag goes along with another one.
    static func event(flag: String, from before: FlagValue, to after: FlagValue) -> String? {
        guard before != after, let rest = FlagRules.rest(flag) else { return nil }
        let isSet = after != rest
        switch flag {
        case FlagRules.safeMode: return isSet ? "safe_mode_enabled" : "safe_mode_disabled"
        case FlagRules.writeDrain: return isSet ? "write_drain_enabled" : "write_drain_disabled"
        case FlagRules.killSwitch: return isSet ? "kill_switch_enabled" : "kill_switch_disabled"
        case FlagRules.rateLimit: return isSet ? "rate_limit_reduced" : "rate_limit_restored"
        case FlagRules.autoscale: return isSet ? "autoscale_enabled" : "autoscale_disabled"
        case FlagRules.emergency: return isSet ? "emergency_enabled" : "emergency_disabled"
        case FlagRules.toolUse, FlagRules.externalCalls: return nil
        case _ where flag.hasPrefix("agent:"):
            return isSet ? "agent_quarantined" : "agent_released"
        default: return isSet ? "module_disabled" : "module_enabled"
        }
    }

    /// The event of a setting that changed to `value`.
    static func event(_ setting: SettingName, to value: String) -> String {
        switch (setting, value == setting.rest) {
        case (.monitor, false): "monitor_increased"
        case (.monitor, true): "monitor_restored"
        case (.alertThreshold, false): "alert_threshold_lowered"
        case (.alertThreshold, true): "alert_threshold_restored"
        case (.automation, false): "automation_paused"
        case (.automation, true): "automation_resumed"
        }
    }
}
