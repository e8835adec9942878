internal import Contracts
internal import JSON
internal import Signing
internal import Streams

/// The door of the bus: validates what comes from outside, drops what was said before, and
/// passes the rest on to the typed topics, its id, author and unknown fields kept.
final class IngressRouter {
    /// Table id of the memory.
    private static let memoryID: UInt8 = 1

    /// The ids that were routed, by ingress key.
    let memory: IDMemory
    private let policy: IngressPolicy
    private let schemas: SchemaCatalog

    /// Fields of a request that only DreamNet's own services set: an undo passes the brake, and a
    /// step speaks for a runbook.
    private static let fieldsOfRequests = ["runbook", "step", "undo", "evidenceTs", "replyKey"]

    init(policy: IngressPolicy, schemas: SchemaCatalog) {
        self.policy = policy
        self.schemas = schemas
        // A message is as old as its `ts`, which may be ahead of the clock: remember its id a
        // little longer than the message is taken for, so that no repetition slips between.
        let margin = 2 * policy.futureToleranceMs
        memory = IDMemory(
            id: Self.memoryID, name: "ingress-ids", rememberMs: policy.rememberMs + margin,
            countMax: policy.idsMax)
    }

    /// Routes one message, or drops it as a duplicate.
    func route(_ record: borrowing InputRecord, _ context: ReducerContext) throws(Rejection) {
        guard record.valueCount <= policy.bytesMax else {
            throw Rejection(
                .tooLarge, "\(record.valueCount) bytes; the ingress takes \(policy.bytesMax)")
        }
        let envelope = try context.decode(record)
        try checkAge(envelope, record, nowMs: context.nowMs)
        let target = try target(of: envelope)
        try checkPayload(of: envelope)
        let key = try key(of: envelope)

        let id = Self.memoryKey(ingressKey: record.copyKey(), id: envelope.id)
        let digest = try Self.digest(of: envelope)
        switch memory.verdict(id, digest: digest) {
        case .duplicate: return
        case .conflict:
            throw Rejection(
                .idConflict, "the id was used before for another message under this key")
        case .new: break
        }
        try context.route(envelope, of: record, to: target, key: key)
        memory.remember(id, digest: digest, nowMs: context.nowMs)
    }

    private func checkAge(
        _ envelope: Envelope, _ record: borrowing InputRecord, nowMs: Int64
    ) throws(Rejection) {
        let clockMs = max(0, min(record.timestampMs, nowMs))
        guard envelope.ts <= clockMs + policy.futureToleranceMs else {
            throw Rejection.fromTheFuture(
                aheadMs: envelope.ts - clockMs, toleranceMs: policy.futureToleranceMs)
        }
        // A replayed dead letter is as old as its replay: its own `ts` says when it first came.
        let isReplay = record.header(DeadLetter.Header.replayID) != nil
        let saidMs = isReplay ? max(envelope.ts, clockMs) : envelope.ts
        guard saidMs >= nowMs - policy.rememberMs else {
            throw Rejection(
                .stale,
                "said \((nowMs - saidMs) / 1000) s ago; ids are remembered for "
                    + "\(policy.rememberMs / 1000) s")
        }
    }

    private func target(of envelope: Envelope) throws(Rejection) -> BusTopic {
        switch BusTopic(kind: envelope.topic) {
        case .command: return .request
        case .signal: return .signal
        case .alert: return .alert
        case .heartbeat: return .heartbeat
        default:
            throw Rejection(
                .noRoute,
                "topic '\(Self.quoted(envelope.topic))': the ingress takes command, signal, alert "
                    + "and heartbeat")
        }
    }

    private func checkPayload(of envelope: Envelope) throws(Rejection) {
        guard let check = schemas.check(kind: envelope.topic, type: envelope.type) else {
            throw Rejection(
                .unknownType,
                "payload.type '\(Self.quoted(envelope.type))' is none of \(envelope.topic)")
        }
        if let problem = check(envelope.payload) { throw Rejection(.schema, problem) }
        guard envelope.topic == BusTopic.command.kind else { return }
        for field in Self.fieldsOfRequests where envelope.payload[field] != nil {
            throw Rejection(.schema, "payload.\(field): is for DreamNet's own services")
        }
    }

    /// The key of the routed message: the service that it is about, `*` if it names none.
    private func key(of envelope: Envelope) throws(Rejection) -> String {
        guard let field = envelope.payload["service"], !field.isNull else {
            guard envelope.topic == BusTopic.command.kind else {
                throw Rejection(.schema, "payload.service: missing")
            }
            return ServiceName.all
        }
        guard let service = field.stringValue, ServiceName.isValid(service) else {
            throw Rejection(
                .schema, "payload.service: expected 1 to 63 of a-z, 0-9, '-' and '_'")
        }
        return service
    }

    private static func digest(of envelope: Envelope) throws(Rejection) -> [UInt8] {
        do throws(EnvelopeError) { return try envelope.digest() } catch { throw Rejection(error) }
    }

    /// One size for every id and key, whatever a sender makes of them.
    private static func memoryKey(ingressKey: [UInt8]?, id: String) -> String {
        var hash = SHA256()
        let key = ingressKey ?? []
        hash.update("\(ingressKey == nil ? "-" : String(key.count))/")
        hash.update(key)
        hash.update(id)
        return Hex.encode(hash.finalize().prefix(16))
    }

    private static func quoted(_ text: String) -> String { text.cut(utf8Bytes: 64) }
}
