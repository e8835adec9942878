public import Contracts
public import Streams

/// An order as it will be sent: what, about whom, by whom, under which id.
public struct OperatorOrder: Sendable, Hashable {
    /// The id of the message: two orders with one id and one content are one.
    public let id: String
    /// Whether the id was given on the line: the order may have been recorded before.
    public let isRepetition: Bool
    /// What it is about.
    public let scope: OrderScope
    /// What is ordered.
    public let payload: CommandPayload

    /// An order.
    public init(id: String, isRepetition: Bool, scope: OrderScope, payload: CommandPayload) {
        self.id = id
        self.isRepetition = isRepetition
        self.scope = scope
        self.payload = payload
    }

    /// Whether the services that it touches are to be named, and the person asked.
    public var needsConfirmation: Bool {
        if case .all = scope { return true }
        return payload.type == CommandType.setKillSwitch.rawValue
    }

    /// What a person types to confirm it.
    public var confirmationWord: String {
        if case .service(let name) = scope { name } else { "all" }
    }

    /// The message that carries it, said at `nowMs`.
    public func message(nowMs: Int64) throws(EnvelopeError) -> OrderMessage {
        let envelope = try Envelope(id: id, ts: nowMs, role: .operator, payload)
        return OrderMessage(
            key: Array(scope.key.utf8), value: try envelope.serialized(),
            headers: MessageHeaders.make(for: envelope, source: "dreamnet", traceparent: nil))
    }

    /// The message, signed.
    /// - Returns: nil if the key has the wrong length.
    public func message(nowMs: Int64, signedBy key: [UInt8]) throws(EnvelopeError) -> OrderMessage?
    {
        let message = try message(nowMs: nowMs)
        guard
            let signature = CommandSignature.make(
                topic: .command, key: message.key, value: message.value, privateKey: key)
        else { return nil }
        return OrderMessage(
            key: message.key, value: message.value,
            headers: message.headers + [
                RecordHeader(CommandSignature.headerName, text: signature)
            ])
    }

    /// Whether `recorded` orders the same. The end of a hold is left out: a repetition says
    /// `--for 30m` later than the first try did, and means the same.
    public func says(theSameAs recorded: CommandPayload) -> Bool {
        var mine = payload
        var theirs = recorded
        mine.expiresAt = nil
        theirs.expiresAt = nil
        return mine == theirs && (payload.expiresAt == nil) == (recorded.expiresAt == nil)
    }
}

/// The parts of a record of `nervous.command`.
public struct OrderMessage: Sendable, Hashable {
    /// The service, or `*`.
    public let key: [UInt8]
    /// The envelope as JSON.
    public let value: [UInt8]
    /// CloudEvents and trace context.
    public let headers: [RecordHeader]
}
