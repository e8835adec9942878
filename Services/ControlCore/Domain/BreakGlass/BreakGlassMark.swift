internal import Contracts

/// How a flag stood before orders by break-glass changed it: a value of control-core's table.
struct BreakGlassMark: Hashable, BinaryCodable {
    /// The version that the last such order made.
    var version: Int64
    /// The version before the first of them.
    var versionBefore: Int64
    /// When it was changed last before the first of them, Unix ms.
    var changedMsBefore: Int64

    init(version: Int64, versionBefore: Int64, changedMsBefore: Int64) {
        self.version = version
        self.versionBefore = versionBefore
        self.changedMsBefore = changedMsBefore
    }

    init(from reader: inout BinaryReader) throws(BinaryError) {
        _ = try BinaryVersion.read(&reader, latest: 1)
        version = try reader.readInt64()
        versionBefore = try reader.readInt64()
        changedMsBefore = try reader.readInt64()
    }

    func encode(into writer: inout BinaryWriter) {
        writer.write(UInt8(1))
        writer.write(version)
        writer.write(versionBefore)
        writer.write(changedMsBefore)
    }
}
