internal import Contracts

/// The actions of one target in their order; the first is under way.
struct ActionQueue: Hashable, BinaryCodable {
    var ids: [String] = []

    init() {}

    init(from reader: inout BinaryReader) throws(BinaryError) {
        _ = try BinaryVersion.read(&reader, latest: 1)
        ids = try reader.readList()
    }

    func encode(into writer: inout BinaryWriter) {
        writer.write(UInt8(1))
        writer.write(ids)
    }
}
