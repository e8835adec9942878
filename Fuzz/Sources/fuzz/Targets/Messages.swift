import Contracts
import JSON

extension FuzzTarget {
    /// The envelope: what parses says the same in its canonical form, which is stable.
    static let envelope = FuzzTarget("envelope") { bytes in
        guard let envelope = try? Envelope(parsing: bytes) else { return }
        let text = must("serialize") { try envelope.serialized() }
        let again = must("parse the canonical form") { try Envelope(parsing: text) }
        expect(again == envelope, "the canonical form says something else")
        expect(must("again") { try again.serialized() } == text, "the canonical form is not stable")
        expect(
            must("digest") { try envelope.digest() } == must("digest") { try again.digest() },
            "one content, two digests")
    }

    /// Every payload type: what decodes is the same after it was encoded.
    static let payload = FuzzTarget("payload") { bytes in
        guard let value = try? JSON.parse(bytes) else { return }
        for type in payloadTypes { roundTrip(type, value) }
    }

    private static let payloadTypes: [any MessagePayload.Type] = [
        AlertPayload.self, CommandPayload.self, ControlEventPayload.self, DirectivePayload.self,
        EffectPayload.self, FlagPayload.self, FlagsHeartbeatPayload.self, HeartbeatPayload.self,
        IncidentPayload.self, IncidentView.self, LedgerEntryPayload.self, LedgerHoldPayload.self,
        NotificationPayload.self, OutcomePayload.self,
        RequestPayload.self, ResponseView.self, ScrapeFailurePayload.self, ServiceView.self,
        SettingPayload.self, SettingView.self, SignalPayload.self, SignalValuesPayload.self,
    ]

    private static func roundTrip<Payload: MessagePayload>(_: Payload.Type, _ value: JSONValue) {
        guard let payload = try? JSON.decode(Payload.self, from: value) else { return }
        let encoded = must("encode \(Payload.self)") { try JSON.encode(payload) }
        let again = must("decode \(Payload.self) again") {
            try JSON.decode(Payload.self, from: encoded)
        }
        expect(again == payload, "\(Payload.self) is another after its encoding")
        expect(
            must("encode again") { try JSON.encode(again) } == encoded,
            "the text of \(Payload.self) is not stable")
        guard Payload.types.contains(payload.type) else { return }
        let envelope = must("an envelope of \(Payload.self)") {
            try Envelope(id: "m", ts: 1, role: .service, payload)
        }
        let carried = must("\(Payload.self) of its envelope") {
            try envelope.payload(as: Payload.self)
        }
        expect(carried == payload, "\(Payload.self) is another in its envelope")
    }
}
