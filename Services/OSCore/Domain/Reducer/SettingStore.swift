internal import Contracts
internal import Streams

/// The settings that a task runs: those of os-core, where they are not the default, and the version
/// of the newest setting heard, whosever it is.
struct SettingStore {
    let table = Table<String, SettingState>(id: 8, name: "settings")
    let counters = Table<String, Int64>(id: 9, name: "counters")

    private static let versionCounter = "settings"

    /// The version of the newest setting.
    var version: Int64 { counters[Self.versionCounter] ?? 0 }

    /// `<name>/<service>` to value, where it is not the default.
    var values: [String: String] {
        var values: [String: String] = [:]
        for key in table.sortedKeys() {
            if let state = table[key], state.value != "normal" { values[key] = state.value }
        }
        return values
    }

    /// Whether `name` is `value` for the service, or for all.
    func holds(_ name: SettingName, _ value: String, for service: String) -> Bool {
        guard table.count > 0 else { return false }
        return table[Self.key(name, service)]?.value == value
            || table[Self.key(name, ServiceName.all)]?.value == value
    }

    /// Takes a setting; one older than what is known changes nothing.
    func take(_ setting: SettingPayload) {
        if setting.version > version { counters[Self.versionCounter] = setting.version }
        // automation is nervous-system's to obey.
        guard setting.name != .automation else { return }
        let key = Self.key(setting.name, setting.service)
        guard setting.version > table[key]?.version ?? Int64.min else { return }
        table[key] = SettingState(value: setting.value, version: setting.version)
    }

    /// The values that a setting may have.
    static func values(of name: SettingName) -> [String] {
        switch name {
        case .monitor: ["normal", "increase"]
        case .alertThreshold: ["normal", "lower"]
        case .automation: ["running", "paused"]
        }
    }

    private static func key(_ name: SettingName, _ service: String) -> String {
        "\(name.rawValue)/\(service)"
    }
}
