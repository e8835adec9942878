public import JSON

extension ServiceView {
    /// The view as JSON, field by field: os-core writes thousands a second, and Codable takes most
    /// of what a view costs.
    public func jsonValue() -> JSONValue {
        var fields: [String: JSONValue] = [
            "type": .string(type), "service": .string(service), "profile": .string(profile),
            "windowMs": .int(windowMs), "evidenceTs": .int(evidenceTs),
            "instances": .int(Int64(instances)), "signals": .array(signals.map { $0.jsonValue() }),
            "alerts": .array(alerts.map { $0.jsonValue() }),
        ]
        fields["requestsPerSecond"] = requestsPerSecond.map { .double($0) }
        fields["refusedPerSecond"] = refusedPerSecond.map { .double($0) }
        return .object(fields)
    }
}

extension SignalView {
    fileprivate func jsonValue() -> JSONValue {
        var fields: [String: JSONValue] = [
            "signal": .string(signal.rawValue), "unit": .string(unit), "state": .string(state),
            "thresholds": .object(thresholds.mapValues { .double($0) }),
        ]
        fields["value"] = value.map { .double($0) }
        fields["recover"] = recover.map { .double($0) }
        return .object(fields)
    }
}

extension IncidentAlert {
    fileprivate func jsonValue() -> JSONValue {
        var fields: [String: JSONValue] = [
            "alertId": .string(alertId), "signal": .string(signal.rawValue),
            "severity": .string(severity.rawValue), "active": .bool(active),
        ]
        fields["value"] = value.map { .double($0) }
        fields["threshold"] = threshold.map { .double($0) }
        fields["unit"] = unit.map { .string($0) }
        return .object(fields)
    }
}
