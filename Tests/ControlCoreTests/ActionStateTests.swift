import Contracts
import Testing

@testable import ControlCoreDomain

@Suite struct `An action in the changelog` {
    /// What the first version wrote of an action that runs.
    private func firstVersion() -> [UInt8] {
        var writer = BinaryWriter()
        writer.write(UInt8(1))
        writer.write("a1")
        writer.write(String?.none)
        writer.write("checkout")
        writer.write("restart")
        writer.write([NamedValue(name: "pod", value: "checkout-1")])
        writer.write("checkout-1")
        writer.write("digest")
        writer.write(Actor(person: "alice"))
        writer.write(Optional("it hangs"))
        writer.write(Optional("INC-1"))
        writer.write(String?.none)
        writer.write(String?.none)
        writer.write(Optional("reply"))
        writer.write(Int64(1_763_679_600_000))
        writer.write(ActionState.Stage.running.rawValue)
        writer.write(ActionPhase.effect.rawValue)
        writer.write(1)
        writer.write(2)
        writer.write(Optional("e1"))
        writer.write(true)
        writer.write(true)
        writer.write([NamedValue(name: "revision", value: "7")])
        writer.write(Optional("bob"))
        writer.write(String?.none)
        writer.write(String?.none)
        return writer.bytes
    }

    @Test func `Of the version before retries is read, with no failure and no time to wait for`()
        throws
    {
        let state = try ActionState(binary: firstVersion())
        #expect(state.id == "a1" && state.service == "checkout" && state.action == "restart")
        #expect(state.actor == Actor(person: "alice") && state.approver == "bob")
        #expect(state.stage == .running && state.phase == .effect)
        #expect(state.step == 1 && state.attempt == 2 && state.epoch == "e1")
        #expect(state.isStepStarted && state.hasBegun && state.ending == nil)
        #expect(state.captured == [NamedValue(name: "revision", value: "7")])
        #expect(state.failures == 0 && state.firstMs == nil && state.retryMs == nil)
        // Written again, it has this version's form, and is the same.
        #expect(try ActionState(binary: state.binary()) == state)
    }

    @Test func `Cut anywhere, or of a version to come, is refused`() {
        let bytes = firstVersion()
        for count in bytes.indices {
            #expect(throws: BinaryError.self) {
                try ActionState(binary: Array(bytes.prefix(count)))
            }
        }
        #expect(throws: BinaryError.self) { try ActionState(binary: [3] + bytes.dropFirst()) }
    }
}
