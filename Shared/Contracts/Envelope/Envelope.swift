public import JSON
internal import Signing

/// One message of the bus, modelled on nervousMessageBus: who says what when, under which id.
///
/// The payload stays as it came, fields that this release does not know included; `payload(as:)`
/// reads it as a type.
public struct Envelope: Sendable, Hashable {
    /// The id. Two messages with one id and one digest are duplicates.
    public let id: String
    /// When it was said: event time, Unix ms.
    public let ts: Int64
    /// Who speaks.
    public let role: Role
    /// The kind: the last part of the topic's name, such as `alert`.
    public let topic: String
    /// `payload.type`: the fact, in snake_case.
    public let type: String
    /// The payload, `type` included.
    public let payload: JSONValue

    /// Longest id that is taken, in UTF-8 bytes.
    public static let idBytesMax = 256

    /// A message that carries `payload`.
    public init<Payload: MessagePayload>(
        id: String, ts: Int64, role: Role, _ payload: Payload
    ) throws(EnvelopeError) {
        self.id = id
        self.ts = ts
        self.role = role
        self.topic = Payload.topic.kind
        self.type = payload.type
        do {
            self.payload = try payload.jsonValue()
        } catch {
            throw EnvelopeError(.schema, "payload: \(error)")
        }
    }

    /// A message of the same content under another id (an edited or re-issued one).
    public init(id: String, ts: Int64, role: Role, topic: String, payload: JSONValue)
        throws(EnvelopeError)
    {
        self.id = id
        self.ts = ts
        self.role = role
        self.topic = topic
        guard case .object(let fields) = payload else {
            throw EnvelopeError(.malformed, "payload: expected an object")
        }
        guard let type = fields["type"]?.stringValue, !type.isEmpty else {
            throw EnvelopeError(.schema, "payload.type: missing or no text")
        }
        self.type = type
        self.payload = payload
    }

    /// Reads a message from the bytes of a record.
    public init(parsing bytes: [UInt8]) throws(EnvelopeError) {
        let root: JSONValue
        do { root = try JSON.parse(bytes) } catch {
            throw EnvelopeError(.malformed, "\(error)")
        }
        guard case .object(let fields) = root else {
            throw EnvelopeError(.malformed, "expected one JSON object")
        }
        guard let id = fields["id"]?.stringValue, !id.isEmpty, id.utf8.count <= Self.idBytesMax
        else {
            throw EnvelopeError(
                .malformed, "id: expected a text of 1 to \(Self.idBytesMax) bytes")
        }
        guard let ts = fields["ts"]?.intValue, ts >= 0 else {
            throw EnvelopeError(.malformed, "ts: expected Unix milliseconds")
        }
        guard let role = fields["role"]?.stringValue.flatMap(Role.init) else {
            throw EnvelopeError(
                .malformed, "role: expected operator, system, service or agent")
        }
        guard let topic = fields["topic"]?.stringValue else {
            throw EnvelopeError(.malformed, "topic: expected a text such as alert")
        }
        guard let payload = fields["payload"] else {
            throw EnvelopeError(.malformed, "payload: missing")
        }
        try self.init(id: id, ts: ts, role: role, topic: topic, payload: payload)
    }

    /// The payload as one of the contract's types.
    public func payload<Payload: MessagePayload>(
        as _: Payload.Type = Payload.self
    ) throws(EnvelopeError) -> Payload {
        guard Payload.types.contains(type) else {
            throw EnvelopeError(.unknownType, "payload.type: \(type) is none of this topic's")
        }
        do { return try JSON.decode(Payload.self, from: payload) } catch {
            throw EnvelopeError(.schema, "payload: \(error)")
        }
    }

    /// The message as JSON with sorted keys.
    public func serialized() throws(EnvelopeError) -> [UInt8] {
        let root: JSONValue = .object([
            "id": .string(id), "ts": .int(ts), "role": .string(role.rawValue),
            "topic": .string(topic), "payload": payload,
        ])
        do { return try root.serialized() } catch { throw EnvelopeError(.schema, "\(error)") }
    }

    /// SHA-256 of role, topic and payload, not of `ts`: tells a repetition from a conflict.
    public func digest() throws(EnvelopeError) -> [UInt8] {
        let content: JSONValue = .array([.string(role.rawValue), .string(topic), payload])
        do { return SHA256.hash(try content.serialized()) } catch {
            throw EnvelopeError(.schema, "\(error)")
        }
    }
}
