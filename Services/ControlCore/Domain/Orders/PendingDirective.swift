internal import Contracts

/// A directive that its owner has not answered yet.
struct PendingDirective: Hashable, BinaryCodable {
    let action: String
    let author: String
    let service: String
    let incidentID: String?
    let replyKey: String?

    init(_ order: Order) {
        action = order.type.rawValue
        author = order.actor.author
        service = order.service
        incidentID = order.request.incidentId
        replyKey = order.request.replyKey
    }

    init(from reader: inout BinaryReader) throws(BinaryError) {
        _ = try BinaryVersion.read(&reader, latest: 1)
        action = try reader.readString()
        author = try reader.readString()
        service = try reader.readString()
        incidentID = try reader.readOptional()
        replyKey = try reader.readOptional()
    }

    func encode(into writer: inout BinaryWriter) {
        writer.write(UInt8(1))
        writer.write(action)
        writer.write(author)
        writer.write(service)
        writer.write(incidentID)
        writer.write(replyKey)
    }
}
