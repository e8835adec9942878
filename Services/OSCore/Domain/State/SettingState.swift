internal import Contracts

/// A setting as it was last heard.
struct SettingState: BinaryCodable, Hashable, Sendable {
    let value: String
    /// Counts up with every change of any setting.
    let version: Int64

    init(value: String, version: Int64) {
        self.value = value
        self.version = version
    }

    init(from reader: inout BinaryReader) throws(BinaryError) {
        _ = try BinaryVersion.read(&reader, latest: 1)
        value = try reader.readString()
        version = try reader.readInt64()
    }

    func encode(into writer: inout BinaryWriter) {
        writer.write(UInt8(1))
        writer.write(value)
        writer.write(version)
    }
}
