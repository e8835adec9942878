import Contracts
import Streams
import Testing

/// Two people at the same moment: the one order of the topic decides, and both see who won.
@Suite struct `Two people who say opposite things` {
    @Test(arguments: [true, false])
    func `See who holds the flag, in whichever order they come`(onFirst: Bool) throws {
        let control = try ControlCoreFixture()
        func say(_ isOn: Bool) throws -> OutcomePayload {
            try control.order(.setSafeMode, as: isOn ? "alice" : "bob") { $0.enabled = isOn }
                .outcome()
        }
        let first = try say(onFirst)
        let second = try say(!onFirst)
        let (on, off) = onFirst ? (first, second) : (second, first)
        #expect(on.status == .succeeded && on.code == nil)
        #expect(on.flags?.contains { $0.flag == "safe_mode" && $0.value == .bool(true) } == true)
        #expect(off.status == .succeeded)
        #expect(off.code == (onFirst ? .heldByOthers : .unchanged))
        #expect(off.heldBy == (onFirst ? ["person/alice"] : nil))
        #expect(control.flag("safe_mode") == .bool(true))
    }

    @Test(arguments: [true, false])
    func `Of a setting the later one holds, and the versions say which it was`(
        increaseFirst: Bool
    ) throws {
        let control = try ControlCoreFixture()
        func say(_ level: String, _ person: String) throws -> OutcomePayload {
            try control.order(.setMonitor, as: person) { $0.level = level }.outcome()
        }
        let levels = increaseFirst ? ["increase", "normal"] : ["normal", "increase"]
        let first = try say(levels[0], "alice")
        let second = try say(levels[1], "bob")
        #expect(first.status == .succeeded && second.status == .succeeded)
        #expect((first.settingVersion ?? 0) < (second.settingVersion ?? 0))
        let last = control.harness.outputs.compactMap { $0.payload(as: SettingPayload.self) }.last
        #expect(last?.value == levels[1] && last?.author == "bob")
    }
}
