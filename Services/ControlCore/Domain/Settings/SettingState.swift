internal import Contracts

/// A setting of one service, or of all: a value of control-core's setting table.
struct SettingState: Hashable, BinaryCodable {
    var value: String
    var version: Int64
    var author: String
    var reason: String?
    var expiresAt: Int64?
    var commandID: String
    /// Whether a person set it.
    var isPersons: Bool

    init(
        value: String, version: Int64, author: String, reason: String?, expiresAt: Int64?,
        commandID: String, isPersons: Bool
    ) {
        self.value = value
        self.version = version
        self.author = author
        self.reason = reason
        self.expiresAt = expiresAt
        self.commandID = commandID
        self.isPersons = isPersons
    }

    init(from reader: inout BinaryReader) throws(BinaryError) {
        _ = try BinaryVersion.read(&reader, latest: 1)
        value = try reader.readString()
        version = try reader.readInt64()
        author = try reader.readString()
        reason = try reader.readOptional()
        expiresAt = try reader.readOptional()
        commandID = try reader.readString()
        isPersons = try reader.readBool()
    }

    func encode(into writer: inout BinaryWriter) {
        writer.write(UInt8(1))
        writer.write(value)
        writer.write(version)
        writer.write(author)
        writer.write(reason)
        writer.write(expiresAt)
        writer.write(commandID)
        writer.write(isPersons)
    }
}

extension SettingName {
    /// The value that holds when nobody has set it.
    var rest: String {
        switch self {
        case .monitor, .alertThreshold: "normal"
        case .automation: "running"
        }
    }
}
