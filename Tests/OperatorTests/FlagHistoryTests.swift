import CommandLineKit
import Contracts
import OperatorDomain
import Testing

@Suite struct FlagHistoryTests {
    private func history(
        _ flag: String, service: String? = nil, _ events: [ControlEventPayload]
    ) throws -> FlagHistoryReport {
        var report = FlagHistoryReport(flag: flag, service: service)
        for (index, event) in events.enumerated() {
            report.take(
                try Envelope(
                    id: "e\(index)", ts: Int64(events.count - index) * 1_000, role: .system, event))
        }
        report.sort()
        return report
    }

    private func event(
        _ type: String, _ service: String = "checkout", author: String = "alice",
        module: String? = nil, agent: String? = nil, copy: Bool? = nil
    ) -> ControlEventPayload {
        ControlEventPayload(
            type: type, service: service, module: module, reason: "why", author: author,
            commandId: "c-\(author)", agentId: agent, copy: copy)
    }

    @Test func `has the changes of one flag by time, whoever made them`() throws {
        let report = try history(
            "safe_mode",
            [
                event("safe_mode_disabled", author: "control-core"),
                event("write_drain_enabled"), event("safe_mode_enabled", copy: true),
                event("safe_mode_enabled"),
            ])
        #expect(report.changes.map(\.event) == ["safe_mode_enabled", "safe_mode_disabled"])
        #expect(report.changes.map(\.author) == ["alice", "control-core"])
        let text = report.text(for: CapturedOutput().console())
        #expect(text.contains("safe_mode_enabled") && text.contains("c-control-core"))
    }

    @Test func `of a service what concerns all as well, and no other service`() throws {
        let report = try history(
            "tool_use", service: "checkout",
            [
                event("safe_mode_enabled", "*"), event("safe_mode_enabled", "billing"),
                event("safe_mode_enabled"),
            ])
        #expect(report.changes.map(\.service) == ["checkout", "*"])
    }

    @Test func `tells one module and one agent from another`() throws {
        let events = [
            event("module_disabled", module: "citadel"), event("module_disabled", module: "dome"),
            event("agent_quarantined", agent: "citadel"),
        ]
        #expect(try history("module:citadel", events).changes.count == 1)
        #expect(try history("agent:citadel", events).changes.map(\.event) == ["agent_quarantined"])
        let none = try history("kill_switch", events)
        #expect(
            none.text(for: CapturedOutput().console())
                == "Nobody changed kill_switch in this time.\n")
    }

    @Test func `is asked for by name`() async {
        let (tasks, code, _) = await RecordingShell.run("flags history safe_mode --since 1d")
        #expect(
            tasks == [.flagHistory(flag: "safe_mode", service: nil, sinceMs: 86_400_000)])
        #expect(code == .success)
    }
}
