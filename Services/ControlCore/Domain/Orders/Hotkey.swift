internal import Contracts

/// The seeds' notation of an order, such as `SAFE_MODE=on` or `FEATURE_FLAG=disable:citadel`
/// (seed 000, "Hotkeys"), turned into the fields of the order that it stands for.
enum Hotkey {
    static func expand(_ request: RequestPayload) throws(OrderRefusal) -> RequestPayload {
        let text = (request.hotkey ?? "").trimmed
        guard let equals = text.firstIndex(of: "=") else {
            throw refusal(text.uppercased() == "ROLLBACK" ? .rollback : .form(text))
        }
        let name = String(text[..<equals]).uppercased()
        let value = String(text[text.index(after: equals)...])
        var order = request
        switch (name, value.lowercased()) {
        case ("SAFE_MODE", let value): try order.turn(.setSafeMode, value, text)
        case ("WRITE_DRAIN", let value): try order.turn(.setWriteDrain, value, text)
        case ("AUTOSCALE", let value): try order.turn(.setAutoscale, value, text)
        case ("RATE_LIMIT", "reduce"): order.become(.setRateLimit, enabled: true)
        case ("RATE_LIMIT", "restore"): order.become(.setRateLimit, enabled: false)
        case ("MONITOR", "increase"), ("MONITOR", "normal"):
            order.type = CommandType.setMonitor.rawValue
            order.level = value.lowercased()
        case ("ALERT_THRESHOLD", "lower"), ("ALERT_THRESHOLD", "normal"):
            order.type = CommandType.setAlertThreshold.rawValue
            order.level = value.lowercased()
        case ("FEATURE_FLAG", _):
            let parts = value.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, ["enable", "disable"].contains(parts[0].lowercased()) else {
                throw refusal(.form(text))
            }
            order.become(.setModule, enabled: parts[0].lowercased() == "enable")
            order.module = String(parts[1])
        default: throw refusal(.form(text))
        }
        return order
    }

    private enum Fault {
        case rollback
        case form(String)
    }

    private static func refusal(_ fault: Fault) -> OrderRefusal {
        switch fault {
        case .rollback:
            OrderRefusal(.invalid, "ROLLBACK is not available in this release")
        case .form(let text):
            OrderRefusal(
                .invalid,
                "hotkey '\(text.prefix(64))': expected one of SAFE_MODE=on|off, "
                    + "WRITE_DRAIN=on|off, FEATURE_FLAG=disable:<module>|enable:<module>, "
                    + "AUTOSCALE=on|off, RATE_LIMIT=reduce|restore, MONITOR=increase|normal, "
                    + "ALERT_THRESHOLD=lower|normal")
        }
    }

    fileprivate static func formRefusal(_ text: String) -> OrderRefusal { refusal(.form(text)) }
}

extension RequestPayload {
    fileprivate mutating func become(_ type: CommandType, enabled: Bool) {
        self.type = type.rawValue
        self.enabled = enabled
    }

    fileprivate mutating func turn(
        _ type: CommandType, _ value: String, _ text: String
    ) throws(OrderRefusal) {
        guard value == "on" || value == "off" else { throw Hotkey.formRefusal(text) }
        become(type, enabled: value == "on")
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
