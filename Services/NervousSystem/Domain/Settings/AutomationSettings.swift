internal import Contracts
internal import Streams

/// Where the automation is paused, and which version of the settings this task runs.
final class AutomationSettings {
    /// Pauses and the newest version, by service; `*` is for all.
    struct Entry: BinaryCodable, Hashable {
        var isPaused: Bool
        var version: Int64

        init(isPaused: Bool, version: Int64) {
            self.isPaused = isPaused
            self.version = version
        }

        init(from reader: inout BinaryReader) throws(BinaryError) {
            _ = try BinaryVersion.read(&reader, latest: 1)
            isPaused = try reader.readBool()
            version = try reader.readInt64()
        }

        func encode(into writer: inout BinaryWriter) {
            writer.write(UInt8(1))
            writer.write(isPaused)
            writer.write(version)
        }
    }

    /// The key of the newest version of any setting; no service is called so.
    private static let newest = ""

    let table = Table<String, Entry>(id: 3, name: "automation-settings")

    /// Whether the automation is paused for `service`, or for all.
    func isPaused(_ service: String) -> Bool {
        table[service]?.isPaused == true || table[ServiceName.all]?.isPaused == true
    }

    /// Takes a setting; returns whether it changed where the automation is paused. Only a newer
    /// version than the last of the same service counts.
    func take(_ setting: SettingPayload) throws(Rejection) -> Bool {
        guard setting.service == ServiceName.all || ServiceName.isValid(setting.service) else {
            throw Rejection(.schema, "payload.service: expected a service or \(ServiceName.all)")
        }
        if setting.name == .automation, setting.value != "paused", setting.value != "running" {
            throw Rejection(.schema, "payload.value: expected paused or running")
        }
        let newest = table[Self.newest]?.version ?? -1
        if setting.version > newest {
            table[Self.newest] = Entry(isPaused: false, version: setting.version)
        }
        guard setting.name == .automation else { return false }
        let before = table[setting.service]
        guard setting.version > before?.version ?? -1 else { return false }
        let isPaused = setting.value == "paused"
        table[setting.service] = Entry(isPaused: isPaused, version: setting.version)
        return isPaused != before?.isPaused ?? false
    }

    /// What people see of it.
    func view(partition: Int32) -> SettingView {
        var values: [String: String] = [:]
        for service in table.sortedKeys() where table[service]?.isPaused == true {
            values["\(SettingName.automation.rawValue)/\(service)"] = "paused"
        }
        return SettingView(
            owner: "nervous-system", partition: Int(partition),
            version: table[Self.newest]?.version ?? 0, values: values)
    }
}
