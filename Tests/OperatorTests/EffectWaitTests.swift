import CommandLineKit
import Contracts
import OperatorDomain
import Testing

/// When a command has taken effect everywhere, and what is said until then.
@Suite struct EffectWaitTests {
    private static let nowMs: Int64 = 1_763_679_600_000

    private func wait(
        _ scope: OrderScope = .service("checkout"), expecting services: [String] = []
    ) -> EffectWait {
        EffectWait(
            commandID: "abc", scope: scope, expectedServices: services, settingPartitions: 2)
    }

    private func outcome(
        _ status: OutcomeStatus = .succeeded, code: OutcomeCode? = nil, flags: Int64? = 7,
        setting: Int64? = nil, id: String = "abc", action: String = "set_safe_mode",
        copy: Bool? = nil
    ) -> OutcomePayload {
        OutcomePayload(
            commandId: id, status: status, final: status.isFinal, action: action,
            author: "alice", service: "checkout", code: code, reason: "why", flagsVersion: flags,
            settingVersion: setting, copy: copy)
    }

    private func heartbeat(
        _ service: String, _ instance: String, _ version: Int64
    ) -> HeartbeatPayload {
        HeartbeatPayload(service: service, instance: instance, flagsVersion: version)
    }

    private func text(_ wait: EffectWait, nowMs: Int64 = nowMs) -> String {
        switch wait.state(nowMs: nowMs) {
        case .awaitingOutcome(let isAccepted): "awaiting \(isAccepted)"
        case .refused(let outcome): "refused \(outcome.status)"
        case .spreading(_, let spread): spread.text(elapsedMs: 84)
        case .applied(_, let spread): spread.text(elapsedMs: 84)
        }
    }

    @Test func `it is in effect when every instance obeys the version of the outcome`() {
        var wait = wait()
        wait.take(heartbeat("checkout", "a", 6), atMs: Self.nowMs)
        wait.take(heartbeat("checkout", "b", 7), atMs: Self.nowMs)
        wait.take(heartbeat("search", "a", 1), atMs: Self.nowMs)
        #expect(text(wait) == "awaiting false")
        wait.take(outcome())
        #expect(text(wait) == "1 of 2: checkout/a still runs version 6 of 7")
        wait.take(heartbeat("checkout", "a", 8), atMs: Self.nowMs)
        #expect(text(wait) == "applied by 2 of 2 subscribers in 84 ms")
    }

    @Test func `a service that never reported is named`() {
        var wait = wait(.all(except: ["mail"]), expecting: ["billing", "checkout", "mail"])
        wait.take(outcome())
        for instance in ["a", "b", "c"] {
            wait.take(heartbeat("checkout", instance, 7), atMs: Self.nowMs)
        }
        #expect(text(wait) == "3 of 4: billing never reported")
        wait.take(heartbeat("billing", "a", 9), atMs: Self.nowMs)
        #expect(text(wait) == "applied by 4 of 4 subscribers in 84 ms")
    }

    @Test func `the service of the scope is expected even if no file names it`() {
        var wait = wait()
        wait.take(outcome())
        #expect(text(wait) == "0 of 1: checkout never reported")
    }

    @Test func `an instance that is gone is not waited for`() {
        var wait = wait()
        wait.take(outcome())
        wait.take(heartbeat("checkout", "old", 3), atMs: Self.nowMs - 15_001)
        wait.take(heartbeat("checkout", "new", 7), atMs: Self.nowMs)
        #expect(text(wait) == "applied by 1 of 1 subscribers in 84 ms")
        #expect(text(wait, nowMs: Self.nowMs - 1).hasPrefix("1 of 2"))
    }

    @Test func `an older heartbeat that is read later changes nothing`() {
        var wait = wait()
        wait.take(outcome())
        wait.take(heartbeat("checkout", "a", 7), atMs: Self.nowMs)
        wait.take(heartbeat("checkout", "a", 6), atMs: Self.nowMs - 5)
        #expect(text(wait) == "applied by 1 of 1 subscribers in 84 ms")
    }

    @Test func `a setting is in effect when every task of its owner runs it`() {
        var wait = wait()
        wait.take(outcome(flags: nil, setting: 4, action: "set_monitor"))
        wait.take(SettingView(owner: "nervous-system", partition: 0, version: 9, values: [:]))
        wait.take(SettingView(owner: "os-core", partition: 0, version: 4, values: [:]))
        wait.take(SettingView(owner: "os-core", partition: 7, version: 4, values: [:]))
        #expect(text(wait) == "1 of 2: os-core task 1 never reported")
        wait.take(SettingView(owner: "os-core", partition: 1, version: 3, values: [:]))
        #expect(text(wait) == "1 of 2: os-core task 1 still runs version 3 of 4")
        wait.take(SettingView(owner: "os-core", partition: 1, version: 4, values: [:]))
        #expect(text(wait) == "applied by 2 of 2 tasks of os-core in 84 ms")
    }

    @Test func `a pause of the automation is in effect in nervous-system`() {
        var wait = wait()
        wait.take(outcome(flags: nil, setting: 1, action: "pause_automation"))
        for partition in 0..<2 {
            wait.take(
                SettingView(owner: "nervous-system", partition: partition, version: 1, values: [:]))
        }
        #expect(text(wait) == "applied by 2 of 2 tasks of nervous-system in 84 ms")
    }

    @Test func `a setting that was never set needs nobody to say so`() {
        var wait = wait()
        wait.take(outcome(code: .unchanged, flags: nil, setting: 0, action: "set_monitor"))
        #expect(text(wait) == "as os-core runs it already")
    }

    @Test func `of a directive the final outcome is all`() {
        var wait = wait()
        wait.take(outcome(.accepted, flags: nil, action: "ack_incident"))
        #expect(text(wait) == "awaiting true")
        wait.take(outcome(flags: nil, action: "ack_incident"))
        #expect(text(wait) == "done in 84 ms")
    }

    @Test func `outcomes of others, copies and second outcomes are passed over`() {
        var wait = wait()
        wait.take(outcome(.rejected, id: "other"))
        wait.take(outcome(.rejected, copy: true))
        #expect(text(wait) == "awaiting false")
        wait.take(outcome(.rejected, code: .held))
        wait.take(outcome(.succeeded))
        #expect(text(wait) == "refused rejected")
    }

    // MARK: What the person reads

    private func result(_ wait: EffectWait) -> OrderResult {
        OrderResult(
            wait.state(nowMs: Self.nowMs), id: "abc", words: "SAFE_MODE on for checkout",
            elapsedMs: 84)
    }

    private func shown(_ result: OrderResult) -> String {
        result.text(for: CapturedOutput().console())
    }

    @Test func `a result says what holds, and its exit status says the same`() throws {
        var wait = wait()
        #expect(result(wait).exitCode == .notAppliedInTime)
        #expect(shown(result(wait)).contains("control-core has not answered in 84 ms"))
        #expect(shown(result(wait)).contains("dreamnet commands show abc"))
        wait.take(outcome(code: .heldByOthers))
        #expect(result(wait).exitCode == .notAppliedInTime)
        wait.take(heartbeat("checkout", "a", 7), atMs: Self.nowMs)
        #expect(result(wait).exitCode == .success)
        #expect(
            shown(result(wait))
                == "SAFE_MODE on for checkout: applied by 1 of 1 subscribers in 84 ms (why)\n"
                + "Repeat it with --override to end the holds of others, or ask them to release "
                + "it.\n")
    }

    @Test func `a refusal says why and what to do`() throws {
        var wait = wait()
        wait.take(outcome(.rejected, code: .stale))
        #expect(result(wait).exitCode == .refused)
        #expect(shown(result(wait)).hasPrefix("refused (stale): why\n"))
        let json = try JSONText.document(result(wait))
        #expect(json.contains("\"result\": \"rejected\""))
        #expect(json.contains("\"commandId\": \"abc\""))
    }

    @Test func `without a wait the id is printed`() {
        let result = OrderResult(recorded: "abc", as: "SAFE_MODE on for checkout")
        #expect(result.exitCode == .success)
        #expect(shown(result).contains("dreamnet commands show abc"))
    }
}
