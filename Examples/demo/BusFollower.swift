internal import Contracts
internal import JSON
internal import Runtime
internal import Streams
internal import StreamsKafka
internal import Synchronization

/// Reads what is public on the bus, as any operator could, and remembers what the demo shows.
final class BusFollower: Sendable {
    /// A message with the time at which it was seen here, ms since boot.
    struct Seen: Sendable {
        let envelope: Envelope
        let atMs: Int64
    }

    private struct State {
        var seen: [Seen] = []
        var taken = 0
        var flags: [String: FlagPayload] = [:]
        var services: [String: ServiceView] = [:]
        var incidents: [String: IncidentView] = [:]
        var responses: [String: ResponseView] = [:]

        mutating func show(_ envelope: Envelope) {
            if let view = try? envelope.payload(as: ServiceView.self) {
                services[view.service] = view
            } else if let view = try? envelope.payload(as: IncidentView.self) {
                incidents[view.incident.incidentId] = view
            } else if let view = try? envelope.payload(as: ResponseView.self) {
                responses[view.incidentId] = view
            }
        }
    }

    private let state = Locked(State())
    private let isStopped = Atomic<Bool>(false)
    private let thread = Locked<SystemThread?>(nil)

    init(_ configuration: KafkaConfiguration) throws {
        let reader = try KafkaReader(configuration) { _ in }
        for topic in [
            BusTopic.alert, .incident, .outcome, .notification, .flags, .view,
        ] {
            try reader.start(topic: topic.rawValue, from: .beginning)
        }
        let loop = ReaderLoop(reader)
        let started = try SystemThread { self.run(loop.reader) }
        thread.withLock { $0 = started }
    }

    /// Messages of alert, incident, outcome and notification that came since the last call.
    func news() -> [Seen] {
        state.withLock { state in
            defer { state.taken = state.seen.count }
            return Array(state.seen[state.taken...])
        }
    }

    /// Every message seen so far.
    func history() -> [Seen] { state.withLock { $0.seen } }

    func flag(_ flag: String, service: String) -> FlagPayload? {
        state.withLock { $0.flags["\(service)/\(flag)"] }
    }

    /// The flags of a service that are not at rest.
    func flagsSet(on service: String) -> [FlagPayload] {
        state.withLock { state in
            state.flags.values.filter {
                $0.service == service && $0.value != FlagRules.rest($0.flag)
            }.sorted { $0.flag < $1.flag }
        }
    }

    func service(_ name: String) -> ServiceView? { state.withLock { $0.services[name] } }

    func incident(of service: String) -> IncidentView? {
        state.withLock { state in
            state.incidents.values.filter { $0.incident.service == service }
                .max { $0.incident.openedTs < $1.incident.openedTs }
        }
    }

    func response(to incident: String) -> ResponseView? {
        state.withLock { $0.responses[incident] }
    }

    func stop() {
        isStopped.store(true, ordering: .releasing)
        thread.withLock { $0.take() }?.join()
    }

    /// Carries the reader to its thread, which alone uses it from then on.
    private struct ReaderLoop: @unchecked Sendable {
        let reader: KafkaReader
        init(_ reader: KafkaReader) { self.reader = reader }
    }

    private func run(_ reader: KafkaReader) {
        while !isStopped.load(ordering: .acquiring) {
            guard let record = try? reader.poll(timeoutMs: 100) else { continue }
            take(record)
        }
    }

    private func take(_ record: ReadRecord) {
        guard let value = record.value, let envelope = try? Envelope(parsing: value) else { return }
        let atMs = SystemClock.monotonicMs()
        state.withLock { state in
            switch record.topic {
            case BusTopic.flags.rawValue:
                guard let flag = try? envelope.payload(as: FlagPayload.self) else { return }
                state.flags["\(flag.service)/\(flag.flag)"] = flag
            case BusTopic.view.rawValue: state.show(envelope)
            default: state.seen.append(Seen(envelope: envelope, atMs: atMs))
            }
        }
    }
}
