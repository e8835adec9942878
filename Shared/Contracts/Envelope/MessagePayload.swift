public import JSON

/// What a message says: the `payload` object of the envelope, without its `type`.
///
/// A payload struct may stand for several types of one shape (the alerts); it then has a `type`
/// property of its own. Field names are those of the wire.
public protocol MessagePayload: Codable, Sendable, Hashable {
    /// The topic that carries it.
    static var topic: BusTopic { get }
    /// The values of `payload.type` that it stands for, in snake_case.
    static var types: [String] { get }
    /// `payload.type` of this value: one of `types`.
    var type: String { get }
    /// The payload as JSON. A type that is said very often writes it without Codable.
    func jsonValue() throws -> JSONValue
}

extension MessagePayload {
    /// The payload as Codable writes it.
    public func jsonValue() throws -> JSONValue { try JSON.encodeToValue(self) }
}
