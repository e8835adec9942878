internal import Contracts
internal import Signing
internal import Streams

/// The incidents of a task and their timelines, in tables. Each line is a key of its own, so that
/// a new one costs the changelog a line and not a timeline.
final class IncidentBook {
    private let incidents = Table<String, IncidentRecord>(id: 1, name: "incidents")
    private let services = Table<String, ServiceIncidents>(id: 2, name: "services")
    private let lines = Table<String, TimelineLine>(id: 3, name: "timelines")

    /// The tables.
    var tables: [any StateStore] { [incidents, services, lines] }

    /// The incident of that id, if it is kept.
    subscript(id: String) -> IncidentRecord? { incidents[id] }

    /// The service's incident that is not resolved, or else the one that was last.
    func latest(of service: String) -> IncidentRecord? {
        services[service]?.ids.last.flatMap { incidents[$0] }
    }

    /// The service's incident that is not resolved.
    func current(of service: String) -> IncidentRecord? {
        latest(of: service).flatMap { $0.isResolved ? nil : $0 }
    }

    /// Every incident that is not resolved, by service.
    func current() -> [IncidentRecord] {
        services.sortedKeys().compactMap { current(of: $0) }
    }

    /// The id of an incident that `messageID` opens; nil if that message opened one before, which
    /// is still kept. Of two messages whose ids come to the same digits the second takes others.
    func newID(service: String, messageID: String) -> String? {
        var ordinal = 0
        while true {
            let digits = DerivedID.make(from: messageID, ordinal: ordinal, salt: "incident")
            let id = "\(service).\(digits.prefix(8))"
            guard let taken = incidents[id] else { return id }
            guard taken.openedBy != messageID else { return nil }
            ordinal += 1
        }
    }

    /// Keeps `record`, a new one as the last of its service.
    func keep(_ record: IncidentRecord) {
        if incidents[record.id] == nil {
            services.update(record.service, initial: ServiceIncidents()) {
                $0.ids.append(record.id)
            }
        }
        incidents[record.id] = record
    }

    /// The resolved incidents of a service beyond the newest `countMax`.
    func surplus(of service: String, countMax: Int) -> [String] {
        (services[service]?.ids.dropLast(max(1, countMax)) ?? []).filter {
            incidents[$0]?.isResolved == true
        }
    }

    /// Forgets an incident with its timeline.
    func forget(_ id: String) {
        guard let record = incidents[id] else { return }
        for number in record.lines { lines[key(id, number)] = nil }
        incidents[id] = nil
        var others = services[record.service] ?? ServiceIncidents()
        others.ids.removeAll { $0 == id }
        services[record.service] = others.ids.isEmpty ? nil : others
    }

    // MARK: Timelines

    /// Adds lines, and drops the oldest beyond `countMax`.
    func add(_ entries: [TimelineEntry], to record: inout IncidentRecord, countMax: Int) {
        for entry in entries {
            lines[key(record.id, record.lines.upperBound)] = TimelineLine(entry)
            record.lines = record.lines.lowerBound..<record.lines.upperBound + 1
        }
        while record.lines.count > max(1, countMax) {
            lines[key(record.id, record.lines.lowerBound)] = nil
            record.lines = record.lines.lowerBound + 1..<record.lines.upperBound
        }
    }

    /// Whether the timeline has a line about the message.
    func hasLine(about messageID: String, in record: IncidentRecord) -> Bool {
        number(of: messageID, in: record) != nil
    }

    /// Puts `entry` in the place of the line about the same message.
    /// - Returns: false if there is none.
    func replaceLine(with entry: TimelineEntry, in record: IncidentRecord) -> Bool {
        guard let messageID = entry.messageId, let number = number(of: messageID, in: record)
        else { return false }
        lines[key(record.id, number)] = TimelineLine(entry)
        return true
    }

    /// The timeline, oldest first.
    func timeline(of record: IncidentRecord) -> [TimelineEntry] {
        let numbered = record.lines.compactMap { number in
            lines[key(record.id, number)].map { (number, $0.entry) }
        }
        return numbered.sorted { ($0.1.ts, $0.0) < ($1.1.ts, $1.0) }.map(\.1)
    }

    private func number(of messageID: String, in record: IncidentRecord) -> Int64? {
        record.lines.reversed().first {
            lines[key(record.id, $0)]?.entry.messageId == messageID
        }
    }

    private func key(_ id: String, _ number: Int64) -> String { "\(id)/\(number)" }
}
