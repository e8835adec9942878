public import Contracts

/// A flag of one service, or of all, with its holders: a value of control-core's flag table.
struct FlagState: Hashable, BinaryCodable {
    var value: FlagValue
    var version: Int64
    var holders: [FlagHold]
    var updatedMs: Int64

    /// Whoever keeps the flag besides `holder`.
    func others(than holder: String) -> [FlagHold] { holders.filter { $0.holder != holder } }

    /// The first hold of a person, if there is one.
    var personHold: FlagHold? { holders.first { $0.holder.hasPrefix(Actor.personPrefix) } }

    init(value: FlagValue) {
        self.value = value
        version = 0
        holders = []
        updatedMs = 0
    }

    init(from reader: inout BinaryReader) throws(BinaryError) {
        _ = try BinaryVersion.read(&reader, latest: 1)
        value = try FlagValue(from: &reader)
        version = try reader.readInt64()
        updatedMs = try reader.readInt64()
        holders = try reader.readList()
    }

    func encode(into writer: inout BinaryWriter) {
        writer.write(UInt8(1))
        writer.write(value)
        writer.write(version)
        writer.write(updatedMs)
        writer.write(holders)
    }
}

extension FlagValue: BinaryCodable {
    /// A tag byte, then the value.
    public init(from reader: inout BinaryReader) throws(BinaryError) {
        switch try reader.readByte() {
        case 0: self = .bool(try reader.readBool())
        case 1: self = .number(try reader.readDouble())
        default: throw BinaryError(.outOfRange, at: 0)
        }
    }

    /// A tag byte, then the value.
    public func encode(into writer: inout BinaryWriter) {
        switch self {
        case .bool(let flag):
            writer.write(UInt8(0))
            writer.write(flag)
        case .number(let number):
            writer.write(UInt8(1))
            writer.write(number)
        }
    }
}

extension FlagHold: BinaryCodable {
    /// The fields in the order of declaration.
    public init(from reader: inout BinaryReader) throws(BinaryError) {
        self.init(
            holder: try reader.readString(), value: try FlagValue(from: &reader),
            author: try reader.readString(), reason: try reader.readOptional(),
            sinceMs: try reader.readInt64(), expiresAt: try reader.readOptional(),
            except: try reader.readBool() ? try reader.readList() : nil,
            commandId: try reader.readString())
    }

    /// The fields in the order of declaration.
    public func encode(into writer: inout BinaryWriter) {
        writer.write(holder)
        writer.write(value)
        writer.write(author)
        writer.write(reason)
        writer.write(sinceMs)
        writer.write(expiresAt)
        writer.write(except != nil)
        if let except { writer.write(except) }
        writer.write(commandId)
    }
}
