/// What a command asks of flags, as far as it can be told without control-core: for machines that
/// obey an order while they cannot reach it.
public enum FlagOrder: Sendable, Hashable {
    /// Hold these flags at these values.
    case hold([Target])
    /// End one's own hold on these flags.
    case letGo([String])

    /// A flag and the value that is wanted.
    public struct Target: Sendable, Hashable {
        /// The flag.
        public let flag: String
        /// The value.
        public let value: FlagValue
    }

    /// Without a figure RATE_LIMIT=reduce and AUTOSCALE=on mean these (config/control.yaml).
    private static let (percentDefault, factorDefault) = (50.0, 2.0)

    /// What `command` asks; nil if it is not about flags, or not whole.
    public init?(_ command: CommandPayload) {
        var command = command
        if command.type == CommandType.hotkey.rawValue {
            guard let hotkey = try? Hotkey(command.hotkey ?? "") else { return nil }
            command.type = hotkey.type.rawValue
            command.enabled = hotkey.enabled ?? command.enabled
            command.module = hotkey.module ?? command.module
        }
        guard let type = CommandType(rawValue: command.type) else { return nil }
        if type == .releaseFlag {
            guard let flag = command.flag, FlagRules.rest(flag) != nil else { return nil }
            self = .letGo([flag])
            return
        }
        guard let (targets, isOn) = Self.targets(type, command) else { return nil }
        self = isOn ? .hold(targets) : .letGo(targets.map(\.flag))
    }

    /// What a request asks of flags; nil if it is not about flags, or not whole.
    public init?(_ request: RequestPayload) {
        self.init(
            CommandPayload(
                type: request.type, author: request.author, enabled: request.enabled,
                module: request.module, percent: request.percent, factor: request.factor,
                flag: request.flag, hotkey: request.hotkey))
    }

    /// The flags that it is about.
    public var flags: [String] {
        switch self {
        case .hold(let targets): targets.map(\.flag)
        case .letGo(let flags): flags
        }
    }

    private static func targets(
        _ type: CommandType, _ command: CommandPayload
    ) -> (targets: [Target], isOn: Bool)? {
        let safeMode = [
            Target(flag: FlagRules.safeMode, value: .bool(true)),
            Target(flag: FlagRules.toolUse, value: .bool(false)),
            Target(flag: FlagRules.externalCalls, value: .bool(false)),
        ]
        let writeDrain = Target(flag: FlagRules.writeDrain, value: .bool(true))
        switch (type, command.enabled) {
        case (.setSafeMode, let isOn?): return (safeMode, isOn)
        case (.setWriteDrain, let isOn?): return ([writeDrain], isOn)
        case (.setKillSwitch, let isOn?):
            return ([Target(flag: FlagRules.killSwitch, value: .bool(true))], isOn)
        case (.setEmergency, let isOn?):
            let emergency = Target(flag: FlagRules.emergency, value: .bool(true))
            return ([emergency] + safeMode + [writeDrain], isOn)
        case (.setModule, let isEnabled?):
            guard let module = command.module, !module.isEmpty else { return nil }
            return (
                [Target(flag: FlagRules.module(module), value: .bool(false))], !isEnabled
            )
        case (.setRateLimit, let isOn?):
            let percent = command.percent ?? percentDefault
            guard percent > 0, percent <= 100 else { return nil }
            return ([Target(flag: FlagRules.rateLimit, value: .number(percent))], isOn)
        case (.setAutoscale, let isOn?):
            let factor = command.factor ?? factorDefault
            guard factor >= 1, factor <= 100 else { return nil }
            return ([Target(flag: FlagRules.autoscale, value: .number(factor))], isOn)
        default: return nil
        }
    }
}
