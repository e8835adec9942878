public import CommandLineKit
internal import Contracts

/// What matters now: whether somebody is in control, what is broken, what is held, what the
/// automation does next, and how to take things back.
public struct StatusReport: Sendable {
    /// control-core beats every 5 s (config/control.yaml); silence of three beats is said, ms.
    static let controlSilenceMs: Int64 = 15_000

    private let snapshot: BusSnapshot
    private let address: String
    private let author: String?
    private let nowMs: Int64

    /// A report at `nowMs`, Unix ms, of the bus at `address`, for a person of the name `author`.
    public init(_ snapshot: BusSnapshot, address: String, author: String?, nowMs: Int64) {
        self.snapshot = snapshot
        self.address = address
        self.author = author
        self.nowMs = nowMs
    }

    private var undo: [UndoAdvice.Line] {
        UndoAdvice.lines(
            flags: snapshot.heldFlags, settings: snapshot.changedSettings, author: author)
    }

    // MARK: For people

    /// The whole page.
    public func text(for console: Console) -> String {
        var page = "\(address.sanitized)  \(UTCTime.text(unixMs: nowMs))\n"
        page += control(console) + "\n"
        page += incidents(console)
        page += heading("Flags not at rest", snapshot.heldFlags.count, console)
        if !snapshot.heldFlags.isEmpty {
            page += FlagReport(snapshot.heldFlags, nowMs: nowMs).text(for: console)
        }
        page += settings(console)
        page += undoing(console)
        if snapshot.unreadable > 0 {
            page += console.style(
                "\(HumanText.count(snapshot.unreadable, "record")) could not be read\n", .warning)
        }
        return page
    }

    private func control(_ console: Console) -> String {
        guard let heartbeat = snapshot.controlHeartbeat else {
            return console.style(
                "control-core: never heard. Commands are recorded, and nobody carries them out.\n",
                .bad)
        }
        let age = HumanText.age(ofMs: heartbeat.atMs, nowMs: nowMs)
        guard nowMs - heartbeat.atMs > Self.controlSilenceMs else {
            return "control-core: heard \(age), flags at version \(heartbeat.flagsVersion)\n"
        }
        return console.style(
            "control-core: last heard \(age). Commands are recorded, and carried out when it is "
                + "back (within 15 min); apps keep the flags below.\n", .bad)
    }

    private func incidents(_ console: Console) -> String {
        let open = snapshot.openIncidents
        var text = heading("Open incidents", open.count, console)
        for view in open {
            text += IncidentReport(view, response: response(view), nowMs: nowMs)
                .summary(for: console)
        }
        return text
    }

    private func response(_ view: IncidentView) -> ResponseView? {
        snapshot.responses[view.incident.incidentId]
    }

    private func settings(_ console: Console) -> String {
        let changed = snapshot.changedSettings
        guard !changed.isEmpty else { return "" }
        var text = heading("Settings not at rest", changed.count, console)
        for (name, value) in changed.sorted(by: { $0.key < $1.key }) {
            let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
            let service = parts.last.map { $0 == ServiceName.all ? "all services" : $0 } ?? ""
            text +=
                "  \((parts.first ?? name).sanitized) is \(value.sanitized) for "
                + "\(service.sanitized)\n"
        }
        return text
    }

    private func undoing(_ console: Console) -> String {
        let lines = undo
        guard !lines.isEmpty else { return "" }
        var text = heading("To take it back", nil, console)
        for line in lines {
            text += "  \(line.command)\n" + console.style("      \(line.meaning)\n", .dim)
        }
        return text
    }

    private func heading(_ title: String, _ count: Int?, _ console: Console) -> String {
        let count = count.map { $0 == 0 ? ": none" : ": \($0)" } ?? ":"
        return console.style(title + count, .bold) + "\n"
    }

    // MARK: For programs

    private struct Document: Encodable {
        struct Control: Encodable {
            let heardAtMs: Int64?
            let flagsVersion: Int64?
            let isSilent: Bool
        }
        let address: String
        let nowMs: Int64
        let controlCore: Control
        let incidents: [IncidentPayload]
        let responses: [ResponseView]
        let flags: [FlagPayload]
        let settings: [String: String]
        let undo: [UndoAdvice.Line]
        let unreadable: Int
    }

    /// The same as one JSON document.
    public func json() throws -> String {
        let open = snapshot.openIncidents
        let heartbeat = snapshot.controlHeartbeat
        return try JSONText.document(
            Document(
                address: address, nowMs: nowMs,
                controlCore: .init(
                    heardAtMs: heartbeat?.atMs, flagsVersion: heartbeat?.flagsVersion,
                    isSilent: heartbeat.map { nowMs - $0.atMs > Self.controlSilenceMs } ?? true),
                incidents: open.map(\.incident), responses: open.compactMap(response),
                flags: snapshot.heldFlags, settings: snapshot.changedSettings, undo: undo,
                unreadable: snapshot.unreadable))
    }
}
