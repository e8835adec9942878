public import Contracts
internal import Signing

/// What a reducer may use besides its tables: the time, and a way to say something.
///
/// What it says gets an id that is derived from the id of its cause and an ordinal, so that doing
/// the same work twice gives the same ids.
public final class ReducerContext {
    /// The time of the transaction, Unix ms. The same for all of its messages.
    public package(set) var nowMs: Int64
    /// The partition number of the task.
    public let partition: Int32
    /// The id of what is being reduced: of the message, once `decode` has read it.
    ///
    /// Before that, of a message `<topic>/<partition>/<offset>`; of a timer
    /// `timer:<partition>:<key>:<dueMs>`.
    public var causeID: String {
        switch cause {
        case .none: ""
        case .named(let id): id
        case .bytes: String(decoding: causeBytes, as: UTF8.self)
        case .record(let input, let offset): "\(topology.inputs[input])/\(partition)/\(offset)"
        }
    }
    /// What was said and is not yet produced.
    package var outputs = OutputBuffer()

    private let topology: Topology
    private let idSalt: String
    private let outputIndex: [String: Int]
    // The id of a record is put together only when asked for: what is passed on asks for none.
    private enum Cause {
        case none
        case named(String)
        case bytes
        case record(input: Int, offset: Int64)
    }

    private var cause = Cause.none
    private var causeBytes: [UInt8] = []
    private var ordinal = 0
    /// The headers of the message whose trace goes on; looked into once something is said.
    private var traceSource: (any HeaderSource)?
    private var hasTrace = false
    private var fault: Rejection?

    /// A context of a task.
    public convenience init(topology: Topology, partition: Int32, nowMs: Int64 = 0) {
        self.init(topology: topology, partition: partition, nowMs: nowMs, idSalt: nil)
    }

    /// A context whose ids derive from `idSalt` beside their cause, from the service if it is nil.
    package init(topology: Topology, partition: Int32, nowMs: Int64, idSalt: String?) {
        self.topology = topology
        self.partition = partition
        self.nowMs = nowMs
        self.idSalt = idSalt ?? topology.service
        outputIndex = Dictionary(
            topology.outputs.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Begins a timer or a start: ordinals count anew.
    package func begin(causeID: String) { begin(.named(causeID)) }

    /// Begins a message: ordinals count anew.
    package func begin(_ record: borrowing InputRecord) {
        begin(.record(input: record.input, offset: record.offset))
    }

    private func begin(_ cause: Cause) {
        self.cause = cause
        ordinal = 0
        hasTrace = false
        fault = nil
    }

    /// Why something that was said could not be: the message is then rejected as a whole.
    package func takeFault() -> Rejection? {
        defer { fault = nil }
        return fault
    }

    /// Reads the record as a message of the bus and takes its id as the cause of what follows.
    public func decode(_ record: borrowing InputRecord) throws(Rejection) -> Envelope {
        guard let bytes = record.copyValue() else {
            throw Rejection(.malformed, "a tombstone carries no message")
        }
        do throws(EnvelopeError) {
            let envelope = try Envelope(parsing: bytes)
            take(cause: envelope.id, of: record)
            return envelope
        } catch {
            throw Rejection(error)
        }
    }

    /// Takes `id` as the cause of what follows: for a reducer that reads its records by a decoder
    /// of its own. The trace goes on from the record's.
    public func take(cause id: String, of record: borrowing InputRecord) {
        cause = .named(id)
        takeTrace(of: record)
    }

    /// The same of an id in UTF-8: no text is made of it before something is said.
    public func take(cause id: [UInt8], of record: borrowing InputRecord) {
        causeBytes.removeAll(keepingCapacity: true)
        causeBytes.append(contentsOf: id)
        cause = .bytes
        takeTrace(of: record)
    }

    private func takeTrace(of record: borrowing InputRecord) {
        // Mostly the same one, so that no reference is counted.
        if traceSource !== record.headerSource { traceSource = record.headerSource }
        hasTrace = true
    }

    /// Says `payload` under `key` on the payload's topic.
    /// - Parameters:
    ///   - ts: event time, Unix ms; the transaction's time if nil.
    ///   - partition: where to, instead of where the key hashes to.
    ///   - role: who speaks.
    ///   - headers: beside those of every message.
    /// - Returns: the derived id of the message.
    @discardableResult
    public func emit<Payload: MessagePayload>(
        _ payload: Payload, key: String, ts: Int64? = nil, partition: Int32? = nil,
        role: Role = .system, headers: [RecordHeader] = []
    ) -> String {
        let id = nextID()
        emit(
            payload, id: id, key: key, ts: ts, partition: partition, role: role, headers: headers)
        return id
    }

    /// Says `payload` under an id of the reducer's own, which must derive from inputs alone.
    ///
    /// A payload that JSON cannot hold (a number that is none) rejects the message that is being
    /// reduced, once the reducer has returned.
    /// - Parameters:
    ///   - headers: beside those of every message.
    ///   - privateKey: the Ed25519 key that signs it; nil: it is not signed.
    public func emit<Payload: MessagePayload>(
        _ payload: Payload, id: String, key: String, ts: Int64? = nil, partition: Int32? = nil,
        role: Role = .system, headers: [RecordHeader] = [], signedBy privateKey: [UInt8]? = nil
    ) {
        do throws(EnvelopeError) {
            let envelope = try Envelope(id: id, ts: ts ?? nowMs, role: role, payload)
            let value = try envelope.serialized()
            let signature = privateKey.flatMap {
                CommandSignature.make(
                    topic: Payload.topic, key: Array(key.utf8), value: value, privateKey: $0)
            }
            send(
                envelope, value, to: Payload.topic.rawValue, key: key, partition: partition,
                signature: signature.map { Array($0.utf8) }, more: headers)
        } catch {
            fault = fault ?? Rejection(.unencodable, "\(Payload.topic.kind): \(error)")
        }
    }

    /// Passes a message on as it is (its id included) to another topic. One that is signed keeps
    /// its signature, and the very bytes that were signed.
    public func route(
        _ envelope: Envelope, of record: borrowing InputRecord, to topic: BusTopic, key: String
    ) throws(Rejection) {
        let signature = record.header(CommandSignature.headerName).flatMap {
            $0.count <= CommandSignature.headerBytesMax ? $0 : nil
        }
        do throws(EnvelopeError) {
            let value: [UInt8]
            if signature != nil, let signed = record.copyValue() {
                value = signed
            } else {
                value = try envelope.serialized()
            }
            send(
                envelope, value, to: topic.rawValue, key: key, partition: nil,
                signature: signature)
        } catch {
            throw Rejection(error)
        }
    }

    /// Deletes `key` from a compacted topic.
    public func emitTombstone(_ topic: BusTopic, key: String) {
        let index = output(topic.rawValue)
        outputs.append(topic: index, key: Array(key.utf8), value: nil)
    }

    /// Passes the record on as it came, without looking into it.
    public func forward(_ record: borrowing InputRecord, toOutput output: Int) {
        unsafe record.withKey { key in
            unsafe record.withValue { value in
                unsafe outputs.append(
                    topic: output, partition: nil, timestampMs: nil, key: key, value: value,
                    headers: [])
            }
        }
    }

    /// Says bytes that are no message of the bus: for tests of logs.
    package func emit(key: String, bytes: [UInt8], toOutput output: Int) {
        outputs.append(topic: output, key: Array(key.utf8), value: bytes)
    }

    /// The id of the next thing said, without saying it.
    public func nextID() -> String {
        defer { ordinal += 1 }
        return DerivedID.make(from: causeID, ordinal: ordinal, salt: idSalt)
    }

    private var traceparent: String? {
        guard hasTrace else { return nil }
        return traceSource?.header(TraceContext.headerName).flatMap {
            TraceContext.valid(String(decoding: $0, as: UTF8.self))
        }
    }

    private func send(
        _ envelope: Envelope, _ value: [UInt8], to topic: String, key: String, partition: Int32?,
        signature: [UInt8]?, more: [RecordHeader] = []
    ) {
        var headers = MessageHeaders.make(
            for: envelope, source: topology.service, traceparent: traceparent)
        headers += more
        if let signature {
            headers.append(RecordHeader(CommandSignature.headerName, signature))
        }
        outputs.append(
            topic: output(topic), partition: partition, timestampMs: nil, key: Array(key.utf8),
            value: value, headers: headers)
    }

    private func output(_ topic: String) -> Int {
        guard let index = outputIndex[topic] else {
            preconditionFailure("\(topology.service) does not declare the output \(topic)")
        }
        return index
    }
}
