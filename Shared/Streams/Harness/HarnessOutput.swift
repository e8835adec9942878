public import Contracts

/// A record that a reducer under a harness has said.
public struct HarnessOutput: Sendable, Hashable, CustomStringConvertible {
    /// The topic.
    public let topic: String
    /// The key as text; nil if the record has none.
    public let key: String?
    /// The partition, where the reducer chose one.
    public let partition: Int32?
    /// The bytes; nil for a tombstone.
    public let value: [UInt8]?
    /// The headers.
    public let headers: [RecordHeader]
    let keyBytes: [UInt8]?

    /// The message, if the value is one.
    public var envelope: Envelope? {
        value.flatMap { bytes in try? Envelope(parsing: bytes) }
    }

    /// `payload.type` of the message, if the value is one.
    public var type: String? { envelope?.type }

    /// The message's payload as `Payload`; nil if the value is no such message.
    public func payload<Payload: MessagePayload>(as _: Payload.Type = Payload.self) -> Payload? {
        guard let envelope, envelope.topic == Payload.topic.kind else { return nil }
        return try? envelope.payload(as: Payload.self)
    }

    /// The last header of that name, as text.
    public func header(_ name: String) -> String? {
        headers.last { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) }
    }

    /// "nervous.alert key=checkout {...}".
    public var description: String {
        let text = value.map { String(decoding: $0, as: UTF8.self) } ?? "(tombstone)"
        return "\(topic) key=\(key ?? "(none)") \(text)"
    }
}

/// A message that a reducer under a harness could not take.
public struct HarnessDeadLetter: Sendable, Hashable, CustomStringConvertible {
    /// The record on the dead-letter topic.
    public let record: HarnessOutput
    /// Why it lies there.
    public let code: Rejection.Code
    /// The same for people.
    public let message: String

    /// "schema on nervous.alert.dlq: ...".
    public var description: String { "\(code.rawValue) on \(record.topic): \(message)" }
}
