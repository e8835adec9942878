public import Contracts

/// The flags as a reader of `nervous.flags` knows them: a fold of the topic, without I/O.
///
/// A flag of the service and one of all services may both stand; the more restrictive holds,
/// unless the one of all leaves the service out.
public struct FlagTable: Sendable {
    private var flags: [String: FlagPayload] = [:]

    /// The version of the flags that this table has reached.
    public private(set) var version: Int64 = 0
    /// When control-core was heard last, Unix ms of the message; nil if never.
    public private(set) var lastHeardMs: Int64?

    /// Nothing known yet.
    public init() {}

    /// What was known before.
    init(_ known: LastKnownFlags) {
        for flag in known.flags { flags["\(flag.service)/\(flag.flag)"] = flag }
        version = known.version
        lastHeardMs = known.heardMs
    }

    /// Takes a message of the topic; what is no flag is ignored, for a later release may say more.
    /// - Returns: whether the version moved on.
    @discardableResult
    public mutating func take(_ envelope: Envelope) -> Bool {
        let before = version
        if let flag = try? envelope.payload(as: FlagPayload.self) {
            // A reader that begins anew sees superseded records again: they must not come back.
            let key = "\(flag.service)/\(flag.flag)"
            if flag.version >= flags[key]?.version ?? .min { flags[key] = flag }
            version = max(version, flag.version)
        } else if let beat = try? envelope.payload(as: FlagsHeartbeatPayload.self) {
            // The topic has one partition: what the heartbeat counts has been read before it.
            version = max(version, beat.version)
        } else {
            return false
        }
        lastHeardMs = max(lastHeardMs ?? 0, envelope.ts)
        return version != before
    }

    /// Changes the record of a flag, which is at rest if there is none.
    mutating func change(
        _ flag: String, service: String, _ body: (inout FlagPayload) -> Void
    ) {
        let key = "\(service)/\(flag)"
        guard let rest = FlagRules.rest(flag) else { return }
        var record =
            flags[key]
            ?? FlagPayload(
                service: service, flag: flag, value: rest, version: 0, holders: [], updatedMs: 0)
        body(&record)
        record.except = nil
        flags[key] = record
    }

    /// The record of a flag of `service`, or of all (`*`).
    public func record(_ flag: String, service: String) -> FlagPayload? {
        flags["\(service)/\(flag)"]
    }

    /// The records of a service and of all, by name.
    public func flags(concerning service: String) -> [FlagPayload] {
        flags.values.filter { $0.service == service || $0.service == ServiceName.all }
            .sorted { ($0.flag, $0.service) < ($1.flag, $1.service) }
    }

    /// What holds for `service`, of every flag that was ever set for it or for all.
    public func values(service: String) -> [String: FlagValue] {
        var values: [String: FlagValue] = [:]
        for flag in flags.values
        where flag.service == service || flag.service == ServiceName.all {
            if values[flag.flag] == nil { values[flag.flag] = value(flag.flag, service: service) }
        }
        return values
    }

    /// What holds for `service`; nil if nobody has ever set the flag for it.
    public func value(_ flag: String, service: String) -> FlagValue? {
        var values: [FlagValue] = []
        if let own = flags["\(service)/\(flag)"] { values.append(own.value) }
        if let all = flags["\(ServiceName.all)/\(flag)"] {
            // Each hold has exemptions of its own: only those that apply to the service are folded.
            let holds = all.holders.filter { $0.except?.contains(service) != true }
            if !holds.isEmpty {
                values.append(FlagRules.fold(flag, holds.map(\.value)))
            } else if all.holders.isEmpty, all.except?.contains(service) != true {
                values.append(all.value)
            }
        }
        return values.isEmpty ? nil : FlagRules.fold(flag, values)
    }

    /// The flag as a truth value, `fallback` if it was never set.
    public func bool(_ flag: String, service: String, default fallback: Bool) -> Bool {
        value(flag, service: service)?.bool ?? fallback
    }

    /// The flag as a number; nil if it was never set.
    public func number(_ flag: String, service: String) -> Double? {
        value(flag, service: service)?.number
    }
}
