internal import Contracts

/// What an instance's environment last ordered by one variable: a value of control-core's table.
struct EnvironmentState: Hashable, BinaryCodable {
    var value: String
    /// Which change of the value this is; the first is 1.
    var turn: Int64
    /// When it was ordered, Unix ms.
    var orderedMs: Int64
    /// Whether the order has come back as a message, and was obeyed or refused.
    var isTaken: Bool

    init(value: String, turn: Int64, orderedMs: Int64) {
        self.value = value
        self.turn = turn
        self.orderedMs = orderedMs
        isTaken = false
    }

    init(from reader: inout BinaryReader) throws(BinaryError) {
        _ = try BinaryVersion.read(&reader, latest: 1)
        value = try reader.readString()
        turn = try reader.readInt64()
        orderedMs = try reader.readInt64()
        isTaken = try reader.readBool()
    }

    func encode(into writer: inout BinaryWriter) {
        writer.write(UInt8(1))
        writer.write(value)
        writer.write(turn)
        writer.write(orderedMs)
        writer.write(isTaken)
    }
}
