internal import Contracts

/// The incidents of a service that are kept, oldest first: at most one is not resolved, and it is
/// the last.
struct ServiceIncidents: Hashable, BinaryCodable {
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
