/// The seeds' notation of an order, such as `SAFE_MODE=on` or `FEATURE_FLAG=disable:citadel`
/// (seed 000, "Hotkeys"), read into the order that it stands for.
public struct Hotkey: Sendable, Hashable {
    /// What is ordered.
    public let type: CommandType
    /// On or off, where that is ordered.
    public let enabled: Bool?
    /// The module of `FEATURE_FLAG`.
    public let module: String?
    /// The action of `ROLLBACK`: the service's own verb.
    public var action: String? { type == .runAction ? "rollback" : nil }
    /// The level of `MONITOR` and `ALERT_THRESHOLD`.
    public let level: String?

    /// Every form that there is.
    public static let forms = [
        "SAFE_MODE=on", "SAFE_MODE=off", "WRITE_DRAIN=on", "WRITE_DRAIN=off",
        "FEATURE_FLAG=disable:<module>", "FEATURE_FLAG=enable:<module>", "AUTOSCALE=on",
        "AUTOSCALE=off", "RATE_LIMIT=reduce", "RATE_LIMIT=restore", "MONITOR=increase",
        "MONITOR=normal", "ALERT_THRESHOLD=lower", "ALERT_THRESHOLD=normal", "ROLLBACK",
    ]

    /// Reads `text`; names and values in capitals or not, a module as it is written.
    public init(_ text: String) throws(HotkeyError) {
        let text = text.trimmed
        guard let equals = text.firstIndex(of: "=") else {
            if text.uppercased() == "ROLLBACK" {
                self.init(type: .runAction)
                return
            }
            throw HotkeyError(form: text)
        }
        let value = String(text[text.index(after: equals)...])
        switch (text[..<equals].uppercased(), value.lowercased()) {
        case ("SAFE_MODE", let value): try self.init(.setSafeMode, value, "on", "off", text)
        case ("WRITE_DRAIN", let value): try self.init(.setWriteDrain, value, "on", "off", text)
        case ("AUTOSCALE", let value): try self.init(.setAutoscale, value, "on", "off", text)
        case ("RATE_LIMIT", let value):
            try self.init(.setRateLimit, value, "reduce", "restore", text)
        case ("MONITOR", let value) where ["increase", "normal"].contains(value):
            self.init(type: .setMonitor, level: value)
        case ("ALERT_THRESHOLD", let value) where ["lower", "normal"].contains(value):
            self.init(type: .setAlertThreshold, level: value)
        case ("FEATURE_FLAG", _):
            let parts = value.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, ["enable", "disable"].contains(parts[0].lowercased()) else {
                throw HotkeyError(form: text)
            }
            self.init(
                type: .setModule, enabled: parts[0].lowercased() == "enable",
                module: String(parts[1]))
        default: throw HotkeyError(form: text)
        }
    }

    private init(
        type: CommandType, enabled: Bool? = nil, module: String? = nil, level: String? = nil
    ) {
        self.type = type
        self.enabled = enabled
        self.module = module
        self.level = level
    }

    private init(
        _ type: CommandType, _ value: String, _ on: String, _ off: String, _ text: String
    ) throws(HotkeyError) {
        guard value == on || value == off else { throw HotkeyError(form: text) }
        self.init(type: type, enabled: value == on)
    }
}

/// Why a text is no hotkey.
public struct HotkeyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One line for people.
    public let description: String

    init(_ description: String) { self.description = description }

    fileprivate init(form text: String) {
        self.init(
            "hotkey '\(text.prefix(64))': expected one of SAFE_MODE=on|off, "
                + "WRITE_DRAIN=on|off, FEATURE_FLAG=disable:<module>|enable:<module>, "
                + "AUTOSCALE=on|off, RATE_LIMIT=reduce|restore, MONITOR=increase|normal, "
                + "ALERT_THRESHOLD=lower|normal, ROLLBACK")
    }
}

extension String {
    fileprivate var trimmed: String {
        guard let start = firstIndex(where: { !$0.isWhitespace }),
            let end = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[start...end])
    }
}
