import Contracts
import JSON
import Streams
import Testing

@testable import IncidentCoreDomain

/// Random messages in a random order, the same ones for one seed.
struct RandomisedTests {
    /// SplitMix64: small, and the same everywhere.
    struct Dice {
        var state: UInt64

        mutating func roll(_ sides: Int) -> Int {
            state &+= 0x9e37_79b9_7f4a_7c15
            var bits = state
            bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
            bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
            return Int((bits ^ (bits >> 31)) % UInt64(sides))
        }

        mutating func pick<Element>(_ elements: [Element]) -> Element {
            elements[roll(elements.count)]
        }
    }

    @Test func `whatever comes, an incident is opened once, counted on, and survives restarts`()
        throws
    {
        var types: Set<String> = []
        for seed in 1...4 as ClosedRange<UInt64> {
            types.formUnion(try followIncidents(seed: seed))
        }
        // Or the messages were not varied enough to show anything.
        #expect(types == Set(IncidentPayload.types))
    }

    /// Checks what is said from message to message.
    /// - Returns: the types of all that was said of incidents.
    private func followIncidents(seed: UInt64) throws -> Set<String> {
        let through = try run(seed: seed, restarts: false)
        let restarted = try run(seed: seed, restarts: true)
        #expect(through.outputs == restarted.outputs, "seed \(seed)")
        #expect(through.deadLetters.allSatisfy { $0.code == .idConflict })

        var last: [String: IncidentPayload] = [:]
        var answers: [String: Int] = [:]
        for output in through.outputs {
            if let effect: EffectPayload = output.payload() {
                answers[effect.subjectId, default: 0] += 1
            }
            guard let incident: IncidentPayload = output.payload() else { continue }
            let before = last[incident.incidentId]
            #expect((incident.type == "incident_opened") == (before == nil))
            #expect(incident.revision == (before?.revision ?? 0) + 1)
            #expect(incident.evidenceTs >= before?.evidenceTs ?? 0)
            #expect((incident.state == .resolved) == (incident.resolvedTs != nil))
            if incident.state == .recovering {
                #expect(incident.clearedTs != nil)
                #expect(incident.alerts.allSatisfy { !$0.active })
            }
            if incident.reason.hasPrefix("resolved: no alert") {
                #expect(incident.mitigations == nil)
            }
            last[incident.incidentId] = incident
            let open = last.values.filter {
                $0.service == incident.service && $0.state != .resolved
            }
            #expect(open.count <= 1)
        }
        #expect(last.count >= 2)
        #expect(answers.values.allSatisfy { $0 == 1 })
        return Set(through.turns)
    }

    @Test func `bytes that are no message never stop it`() throws {
        var dice = Dice(state: 7)
        let harness = try makeHarness()
        let id = try harness.openIncident()
        let good = try [
            Envelope(id: "f1", ts: startMs, role: .service, alert("alert_escalated", "a")),
            Envelope(id: "f2", ts: startMs, role: .service, stepOutcome("r1", id)),
        ].map { try $0.serialized() }
        for _ in 0..<600 {
            var bytes = dice.pick(good)
            for _ in 0...dice.roll(3) {
                switch dice.roll(3) {
                case 0: bytes[dice.roll(bytes.count)] = UInt8(dice.roll(256))
                case 1: bytes.remove(at: dice.roll(bytes.count))
                default: bytes.insert(UInt8(dice.roll(10) + 0x30), at: dice.roll(bytes.count))
                }
            }
            let topic = dice.pick([BusTopic.alert, .outcome, .directive])
            try harness.send(
                key: Array("checkout".utf8), value: bytes, to: topic.rawValue, at: startMs)
        }
        #expect(harness.deadLetters.count > 200)
        try harness.restart()
    }

    private func run(seed: UInt64, restarts: Bool) throws -> Harness {
        var dice = Dice(state: seed)
        let harness = try makeHarness(testPolicy(timelineMax: 20, alertsMax: 3))
        var known = ["checkout.00000000"]
        for number in 0..<150 {
            let waitMs = dice.pick([0, 10, 900, 5_000, 10_000, 30_000, 70_000, 200_000])
            try harness.advance(to: harness.nowMs + Int64(waitMs))
            let said = try send(number, &dice, known, harness)
            for output in said {
                let incident: IncidentPayload? = output.payload()
                if let id = incident?.incidentId, !known.contains(id) { known.append(id) }
            }
            // Each restart reads the whole changelog: a few of them do.
            if restarts, number % 9 == 0 { try harness.restart() }
        }
        return harness
    }

    private func send(
        _ number: Int, _ dice: inout Dice, _ known: [String], _ harness: Harness
    ) throws -> [HarnessOutput] {
        let service = dice.pick(["checkout", "billing"])
        let id = known[max(0, known.count - 1 - dice.roll(3))]
        switch dice.roll(10) {
        case 0...5:
            return try harness.alert(
                dice.pick([
                    "alert_raised", "alert_escalated", "alert_deescalated", "alert_cleared",
                    "alert_cleared", "alert_cleared", "alert_cleared",
                ]), "\(service).\(dice.roll(2))", dice.pick(Severity.allCases),
                signal: dice.pick(GoldenSignal.allCases),
                afterMs: harness.nowMs - startMs - Int64(dice.pick([0, 0, 0, 20_000])),
                service: service)
        case 6...8:
            return try harness.outcome(
                stepOutcome(
                    "r\(number - dice.roll(3))", id, step: dice.pick(["safe-mode", "write-drain"]),
                    undo: dice.roll(3) == 0 ? nil : true))
        default:
            return try harness.direct(
                dice.pick(CommandType.allCases.filter(\.isDirective)),
                "c\(number - dice.roll(3))", service: service,
                incident: dice.roll(4) == 0 ? nil : id, severity: dice.pick(Severity.allCases),
                title: "t", text: "n")
        }
    }
}
