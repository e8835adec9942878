internal import Contracts

/// A line of a timeline in its table.
struct TimelineLine: Hashable, BinaryCodable {
    var entry: TimelineEntry

    init(_ entry: TimelineEntry) { self.entry = entry }

    init(from reader: inout BinaryReader) throws(BinaryError) {
        _ = try BinaryVersion.read(&reader, latest: 1)
        entry = TimelineEntry(
            ts: try reader.readInt64(), kind: try reader.readString(),
            text: try reader.readString(), author: try reader.readOptional(),
            messageId: try reader.readOptional())
    }

    func encode(into writer: inout BinaryWriter) {
        writer.write(UInt8(1))
        writer.write(entry.ts)
        writer.write(entry.kind)
        writer.write(entry.text)
        writer.write(entry.author)
        writer.write(entry.messageId)
    }
}
