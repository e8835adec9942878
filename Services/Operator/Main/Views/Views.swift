internal import CommandLineKit
internal import OperatorDomain
internal import Runtime

/// What people look at: one read of the compacted topics, one page.
struct Views: Sendable {
    private let bus: Bus
    private let invocation: Invocation

    init(_ bus: Bus, _ invocation: Invocation) {
        self.bus = bus
        self.invocation = invocation
    }

    func show(_ task: OperatorTask) async throws -> ExitCode {
        let snapshot: BusSnapshot
        do {
            snapshot = try await bus.snapshot()
        } catch {
            throw bus.failure(error)
        }
        let nowMs = SystemClock.nowMs()
        switch task {
        case .flags(let service, let all): try flags(snapshot, service, all: all, nowMs)
        case .incidents(let all):
            let report = IncidentListReport(snapshot, all: all, nowMs: nowMs)
            write(invocation.wantsJSON ? try report.json() : report.text(for: invocation.out))
        case .incident(let id): try incident(snapshot, id, nowMs)
        case .signals(let service): try signals(snapshot, service, nowMs)
        default:
            let report = StatusReport(
                snapshot, address: bus.address, author: invocation.environment["USER"],
                nowMs: nowMs)
            write(invocation.wantsJSON ? try report.json() : report.text(for: invocation.out))
        }
        return .success
    }

    private func write(_ text: String) { invocation.out.write(text) }

    private func flags(
        _ snapshot: BusSnapshot, _ service: String?, all: Bool, _ nowMs: Int64
    ) throws {
        let flags = (all ? snapshot.flags : snapshot.heldFlags).filter { flag in
            service.map(flag.applies) ?? true
        }
        guard !invocation.wantsJSON else { return write(try JSONText.document(flags)) }
        write(FlagReport(flags, nowMs: nowMs).text(for: invocation.out))
    }

    private func incident(_ snapshot: BusSnapshot, _ id: String, _ nowMs: Int64) throws {
        guard let view = snapshot.incidents[id] else {
            throw CommandFailure(
                "there is no incident \(id)",
                hint: "dreamnet incidents list --all shows those that there are.")
        }
        guard !invocation.wantsJSON else { return write(try JSONText.document(view)) }
        write(
            IncidentReport(view, response: snapshot.responses[id], nowMs: nowMs)
                .text(for: invocation.out))
    }

    private func signals(_ snapshot: BusSnapshot, _ service: String, _ nowMs: Int64) throws {
        guard let view = snapshot.services[service] else {
            let known = snapshot.services.keys.sorted().prefix(20).joined(separator: ", ")
            throw CommandFailure(
                "os-core has seen no signal of \(service)",
                hint: known.isEmpty
                    ? "It has seen none of any service: is os-core running, with targets to scrape?"
                    : "It knows: \(known)")
        }
        guard !invocation.wantsJSON else { return write(try JSONText.document(view)) }
        write(SignalReport(view, nowMs: nowMs).text(for: invocation.out))
    }
}
