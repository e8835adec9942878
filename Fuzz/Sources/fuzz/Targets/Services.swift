import Contracts
import JSON
import Streams

extension FuzzTarget {
    private static let nowMs: Int64 = 1_763_679_600_000

    /// Messages to the services, a line each: a letter for the service (c, i, o, n), a digit for
    /// its input, one for the record's timestamp, then the message. A reducer takes or refuses each,
    /// does the same when it does it again, and comes back from its changelog as it was.
    static let intake = FuzzTarget("intake") { bytes in
        let lines = bytes.split(separator: 0x0A).prefix(8)
        guard let first = lines.first?.first else { return }
        switch first {
        case UInt8(ascii: "i"): drive(lines, Reducers.incidentCore)
        case UInt8(ascii: "o"): drive(lines, Reducers.osCore)
        case UInt8(ascii: "n"): drive(lines, Reducers.nervousSystem)
        default: drive(lines, Reducers.controlCore)
        }
    }

    private static func drive<R: Reducer>(
        _ lines: ArraySlice<ArraySlice<UInt8>>, _ make: @escaping () -> R
    ) {
        let harness = must("a harness") { try ReducerHarness(at: nowMs, makeReducer: make) }
        let inputs = harness.reducer.topology.inputs
        let stamps: [Int64] = [nowMs, nowMs - 1_000, 0, -1, .min, .max]
        for line in lines where line.count >= 3 {
            let head = line.prefix(3).map { Int($0 & 15) }
            let value = Array(line.dropFirst(3))
            _ = must("a message") {
                try harness.send(
                    key: Array("checkout".utf8), value: value,
                    to: inputs[head[1] % inputs.count], at: stamps[head[2] % stamps.count])
            }
        }
        for output in harness.outputs {
            guard let value = output.value else { continue }
            let envelope = must("a message that was said") { try Envelope(parsing: value) }
            expect(must("again") { try envelope.serialized() } == value, "not canonical: \(output)")
        }
        _ = must("a restart") { try harness.restart() }
        _ = must("a minute") { try harness.advance(to: nowMs + 61_000, jump: true) }
    }

    /// The notation of hotkeys: each order has exactly one final outcome, whatever its text.
    static let hotkey = FuzzTarget("hotkey") { bytes in
        guard let text = String(validating: bytes, as: UTF8.self) else { return }
        let harness = must("a harness") {
            try ReducerHarness(at: nowMs, makeReducer: Reducers.controlCore)
        }
        let order = CommandPayload(
            type: "hotkey", author: "alice", service: "checkout", reason: "it burns", hotkey: text)
        let said = must("a hotkey") {
            try harness.send(order, key: "checkout", id: "h", role: .operator)
        }
        let outcomes = said.compactMap { $0.payload(as: OutcomePayload.self) }
        expect(outcomes.count { $0.final && $0.copy != true } == 1, "\(outcomes)")
        expect(outcomes.allSatisfy { $0.commandId == "h" }, "\(outcomes)")
        let again = must("the same again") {
            try harness.send(order, key: "checkout", id: "h", role: .operator)
        }
        expect(!again.contains { $0.topic == BusTopic.flags.rawValue }, "done twice: \(again)")
    }
}
