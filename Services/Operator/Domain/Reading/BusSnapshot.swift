public import Contracts

/// What the compacted topics say: flags, and what each owner shows.
///
/// Records are taken one by one; what does not parse is counted and left out, for one bad record
/// must not hide the others from a person in need.
public struct BusSnapshot: Sendable {
    /// A sign of life of control-core.
    public struct ControlHeartbeat: Sendable, Hashable {
        /// When it was said, Unix ms.
        public let atMs: Int64
        /// The version of the flags then.
        public let flagsVersion: Int64
    }

    /// Flags by the key of their record, `<service>/<flag>`.
    public private(set) var flagsByKey: [String: FlagPayload] = [:]
    /// Incidents by id, resolved ones included.
    public private(set) var incidents: [String: IncidentView] = [:]
    /// Runbooks at work, by incident id.
    public private(set) var responses: [String: ResponseView] = [:]
    /// What os-core knows, by service.
    public private(set) var services: [String: ServiceView] = [:]
    /// Settings that tasks run, by the key of their record.
    public private(set) var settings: [String: SettingView] = [:]
    /// The newest sign of life of control-core.
    public private(set) var controlHeartbeat: ControlHeartbeat?
    /// Records that could not be read.
    public private(set) var unreadable = 0

    /// An empty snapshot.
    public init() {}

    /// Takes a record of `nervous.flags` or `nervous.view`; without a value it removes its key.
    public mutating func take(key: [UInt8]?, value: [UInt8]?) {
        guard let key = key.map({ String(decoding: $0, as: UTF8.self) }) else { return }
        guard let value else {
            flagsByKey[key] = nil
            settings[key] = nil
            incidents[String(key.dropFirst("incident/".count))] = nil
            responses[String(key.dropFirst("response/".count))] = nil
            services[String(key.dropFirst("service/".count))] = nil
            return
        }
        do throws(EnvelopeError) {
            try take(Envelope(parsing: value), key: key)
        } catch {
            unreadable += 1
        }
    }

    private mutating func take(_ envelope: Envelope, key: String) throws(EnvelopeError) {
        switch envelope.type {
        case "flag_state":
            let flag: FlagPayload = try envelope.payload()
            flagsByKey[key] = flag
        case "flags_heartbeat":
            let heartbeat: FlagsHeartbeatPayload = try envelope.payload()
            controlHeartbeat = ControlHeartbeat(
                atMs: envelope.ts, flagsVersion: heartbeat.version)
        case "incident_view":
            let view: IncidentView = try envelope.payload()
            incidents[view.incident.incidentId] = view
        case "response_view":
            let view: ResponseView = try envelope.payload()
            responses[view.incidentId] = view
        case "service_view":
            let view: ServiceView = try envelope.payload()
            services[view.service] = view
        case "setting_view":
            settings[key] = try envelope.payload(as: SettingView.self)
        default: unreadable += 1
        }
    }

    // MARK: What matters now

    /// All flags, by service and name.
    public var flags: [FlagPayload] {
        flagsByKey.values.sorted { ($0.service, $0.flag) < ($1.service, $1.flag) }
    }

    /// The flags that somebody holds.
    public var heldFlags: [FlagPayload] { flags.filter { !$0.holders.isEmpty } }

    /// Incidents that are not over: the worst first, then the oldest.
    public var openIncidents: [IncidentView] {
        incidents.values.filter { $0.incident.state != .resolved }.sorted {
            ($0.incident.severity.rank, $0.incident.openedTs, $0.incident.incidentId)
                < ($1.incident.severity.rank, $1.incident.openedTs, $1.incident.incidentId)
        }
    }

    /// Every service that is named anywhere, by name.
    public var serviceNames: [String] {
        var names = Set(services.keys)
        names.formUnion(flagsByKey.values.map(\.service))
        names.formUnion(incidents.values.map(\.incident.service))
        return names.filter { ServiceName.isValid($0) }.sorted()
    }

    /// Settings that are not at rest: `<name>/<service>` to value. Of several tasks that differ for
    /// a moment, the one with the newest version is believed.
    public var changedSettings: [String: String] {
        var values: [String: (version: Int64, text: String)] = [:]
        for view in settings.values {
            for (name, text) in view.values where values[name]?.version ?? .min < view.version {
                values[name] = (view.version, text)
            }
        }
        let newest = newestVersions
        // A task that has moved on without the value says that it is at rest again.
        return values.filter { name, value in
            guard let setting = name.split(separator: "/").first.map(String.init) else {
                return false
            }
            return value.version >= newest[SettingOwner.of(setting)] ?? .min
        }.mapValues(\.text)
    }

    private var newestVersions: [String: Int64] {
        settings.values.reduce(into: [:]) { newest, view in
            newest[view.owner] = max(newest[view.owner] ?? .min, view.version)
        }
    }
}

/// Which service runs a setting, and so says on `nervous.view` that it does.
public enum SettingOwner {
    /// The owner of the setting of that name (`SettingName`).
    public static func of(_ setting: String) -> String {
        setting == SettingName.automation.rawValue ? "nervous-system" : "os-core"
    }

    /// The owner of the setting that a command (`OutcomePayload.action`) changes.
    static func ofCommand(_ action: String) -> String {
        switch CommandType(rawValue: action) {
        case .pauseAutomation, .resumeAutomation: "nervous-system"
        default: "os-core"
        }
    }
}

extension FlagPayload {
    /// Whether it holds for a service: its own flag, or one of all that does not leave it out.
    public func applies(to name: String) -> Bool {
        service == name || service == ServiceName.all && !(except ?? []).contains(name)
    }
}
