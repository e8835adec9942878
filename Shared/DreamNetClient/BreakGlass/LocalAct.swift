internal import Contracts

/// An order of the break-glass file that was found to be genuine.
struct LocalAct: Sendable, Hashable {
    let id: String
    let ts: Int64
    let command: CommandPayload
    let order: FlagOrder
    let act: BreakGlassFile.Act

    /// Reads an order, and says what speaks against it.
    init(
        _ act: BreakGlassFile.Act, keys: TrustedKeys, nowMs: Int64
    ) throws(LocalActRefusal) {
        let value = Array(act.value.utf8)
        let envelope: Envelope
        let command: CommandPayload
        do throws(EnvelopeError) {
            envelope = try Envelope(parsing: value)
            command = try envelope.payload()
        } catch { throw LocalActRefusal("an order that is none: \(error)") }
        let name = "order \(envelope.id.prefix(64)) of \(command.author.prefix(64))"
        guard
            CommandSignature.verify(
                Array(act.signature.utf8), topic: .command, key: Array(act.key.utf8), value: value,
                publicKeys: keys.keys[command.author] ?? [])
        else { throw LocalActRefusal("\(name): its signature is none of a trusted key") }
        guard envelope.role == .operator, command.breakGlass != nil,
            envelope.topic == BusTopic.command.kind, let order = FlagOrder(command),
            act.key == (command.all == true ? ServiceName.all : command.service)
        else { throw LocalActRefusal("\(name): it is no order about flags for this file") }
        guard nowMs - envelope.ts <= BreakGlassFile.ageMaxMs else {
            throw LocalActRefusal("\(name): it is older than a day")
        }
        guard envelope.ts - nowMs <= BreakGlassFile.aheadMaxMs else {
            throw LocalActRefusal("\(name): it is of the future; look at the clocks")
        }
        id = envelope.id
        ts = envelope.ts
        self.command = command
        self.order = order
        self.act = act
    }

    /// Whether it holds at `nowMs`, Unix ms.
    func holds(at nowMs: Int64) -> Bool {
        nowMs - ts <= BreakGlassFile.ageMaxMs && command.expiresAt.map { $0 > nowMs } ?? true
    }
}

/// Why an order of the break-glass file is not obeyed.
struct LocalActRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
