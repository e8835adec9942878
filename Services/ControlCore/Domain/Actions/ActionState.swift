public import Contracts
internal import Streams

/// An action on its way: a value of control-core's action table.
struct ActionState: Hashable, BinaryCodable {
    /// Where it stands.
    enum Stage: UInt8 {
        /// It waits for its second person.
        case unapproved
        /// Others on its target come first.
        case queued
        /// One of its steps is under way, or waits for an effector.
        case running
        /// A person has to say what became of its step.
        case inDoubt
        /// Nothing follows.
        case ended
    }

    let id: String
    /// The action that it takes back; nil of one that does something.
    let undoOf: String?
    let service: String
    let action: String
    let arguments: [NamedValue]
    let target: String
    let digest: String
    let actor: Actor
    let reason: String?
    let incidentID: String?
    let runbook: String?
    let runbookStep: String?
    let replyKey: String?
    let createdMs: Int64
    var stage = Stage.queued
    var phase: ActionPhase
    var step = 0
    /// Which attempt at the step, from 1; one that was never begun is none.
    var attempt = 0
    /// How often the step has failed: what its effector did not live to end is no failure.
    var failures = 0
    /// When the step was given to an effector for the first time, Unix ms.
    var firstMs: Int64?
    /// When the step is tried again that has failed, Unix ms; nil: it does not wait.
    var retryMs: Int64?
    /// The effector that was given the step; nil: none was there yet.
    var epoch: String?
    /// Whether the effector has begun the step.
    var isStepStarted = false
    /// Whether something was begun that changes the world.
    var hasBegun = false
    var captured: [NamedValue] = []
    var approver: String?
    /// The undo that is under way, or was done.
    var undoneBy: String?
    /// How it ended.
    var ending: OutcomeStatus?

    /// What is said of the attempts at its step; nil: none was made yet.
    var attempts: AttemptHeaders? {
        attempt > 0
            ? AttemptHeaders(attempt: attempt, firstMs: firstMs, nextMs: retryMs) : nil
    }
    /// The action that it belongs to.
    var correlationID: String { undoOf ?? id }
    /// Its parts in order.
    var phases: [ActionPhase] { undoOf == nil ? [.plan, .effect, .verify] : [.undo] }

    init(order: Order, call: ActionCall, name: String, digest: String, nowMs: Int64) {
        let request = order.request
        id = order.id
        undoOf = nil
        service = order.service
        action = name
        arguments = request.arguments ?? []
        target = call.target
        self.digest = digest
        actor = order.actor
        reason = request.reason
        incidentID = request.incidentId
        runbook = request.runbook
        runbookStep = request.step
        replyKey = request.replyKey
        createdMs = nowMs
        phase = .plan
    }

    /// What takes `original` back, as `order` asks.
    init(undoing original: ActionState, order: Order, nowMs: Int64) {
        id = order.id
        undoOf = original.id
        service = original.service
        action = original.action
        arguments = original.arguments
        target = original.target
        digest = original.digest
        actor = order.actor
        reason = order.request.reason
        incidentID = order.request.incidentId ?? original.incidentID
        runbook = order.request.runbook
        runbookStep = order.request.step
        replyKey = order.request.replyKey
        createdMs = nowMs
        phase = .undo
        captured = original.captured
    }

    init(from reader: inout BinaryReader) throws(BinaryError) {
        let version = try BinaryVersion.read(&reader, latest: 2)
        id = try reader.readString()
        undoOf = try reader.readOptional()
        service = try reader.readString()
        action = try reader.readString()
        arguments = try reader.readList()
        target = try reader.readString()
        digest = try reader.readString()
        actor = try Actor(from: &reader)
        reason = try reader.readOptional()
        incidentID = try reader.readOptional()
        runbook = try reader.readOptional()
        runbookStep = try reader.readOptional()
        replyKey = try reader.readOptional()
        createdMs = try reader.readInt64()
        stage = try Self.known(Stage(rawValue: try reader.readByte()))
        phase = try Self.known(ActionPhase(rawValue: try reader.readString()))
        step = try Int(from: &reader)
        attempt = try Int(from: &reader)
        epoch = try reader.readOptional()
        isStepStarted = try reader.readBool()
        hasBegun = try reader.readBool()
        captured = try reader.readList()
        approver = try reader.readOptional()
        undoneBy = try reader.readOptional()
        let ended: String? = try reader.readOptional()
        ending = try ended.map { (text) throws(BinaryError) in
            try Self.known(OutcomeStatus(rawValue: text))
        }
        guard version >= 2 else { return }
        failures = try Int(from: &reader)
        firstMs = try reader.readOptional()
        retryMs = try reader.readOptional()
    }

    func encode(into writer: inout BinaryWriter) {
        writer.write(UInt8(2))
        writer.write(id)
        writer.write(undoOf)
        writer.write(service)
        writer.write(action)
        writer.write(arguments)
        writer.write(target)
        writer.write(digest)
        writer.write(actor)
        writer.write(reason)
        writer.write(incidentID)
        writer.write(runbook)
        writer.write(runbookStep)
        writer.write(replyKey)
        writer.write(createdMs)
        writer.write(stage.rawValue)
        writer.write(phase.rawValue)
        writer.write(step)
        writer.write(attempt)
        writer.write(epoch)
        writer.write(isStepStarted)
        writer.write(hasBegun)
        writer.write(captured)
        writer.write(approver)
        writer.write(undoneBy)
        writer.write(ending?.rawValue)
        writer.write(failures)
        writer.write(firstMs)
        writer.write(retryMs)
    }

    private static func known<Value>(_ value: Value?) throws(BinaryError) -> Value {
        guard let value else { throw BinaryError(.outOfRange, at: 0) }
        return value
    }
}

extension NamedValue: BinaryCodable {
    /// Name, then value.
    public init(from reader: inout BinaryReader) throws(BinaryError) {
        self.init(name: try reader.readString(), value: try reader.readString())
    }

    /// Name, then value.
    public func encode(into writer: inout BinaryWriter) {
        writer.write(name)
        writer.write(value)
    }
}

extension Actor: BinaryCodable {
    init(from reader: inout BinaryReader) throws(BinaryError) {
        self.init(author: try reader.readString(), holder: try reader.readString())
    }

    func encode(into writer: inout BinaryWriter) {
        writer.write(author)
        writer.write(holder)
    }
}
