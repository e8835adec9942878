internal import Contracts
internal import Streams

/// Orders of people: every kind of them, with nonsense among them.
struct OrderScript {
    private var count = 0

    /// The id and the payload of the next order.
    /// - Parameter incidents: ids of incidents that there are.
    mutating func next(
        nowMs: Int64, incidents: [String], _ random: inout SeededRandom
    ) -> (id: String, service: String, payload: String) {
        count += 1
        let service = random.pick(Cast.services) ?? ""
        let author = random.pick(Cast.authors) ?? ""
        let about = #""author":"\#(author)","service":"\#(service)","reason":"order \#(count)""#
        let fields: String
        if let incident = random.pick(incidents), random.chance(1, of: 4) {
            fields = directive(incident, author, &random)
        } else if random.chance(1, of: 4) {
            fields = setting(about, nowMs, &random)
        } else {
            fields = flag(about, nowMs, &random)
        }
        return ("cmd-\(count)", service, "{\(fields)}")
    }

    private func directive(
        _ incident: String, _ author: String, _ random: inout SeededRandom
    ) -> String {
        let about = #""author":"\#(author)","incidentId":"\#(incident)""#
        return switch random.below(4) {
        case 0: #""type":"ack_incident",\#(about)"#
        case 1: #""type":"note_incident",\#(about),"text":"seen \#(count)""#
        case 2: #""type":"set_incident_severity",\#(about),"severity":"P\#(random.below(4))""#
        default: #""type":"resolve_incident",\#(about)"#
        }
    }

    private func setting(_ about: String, _ nowMs: Int64, _ random: inout SeededRandom) -> String {
        switch random.below(5) {
        case 0: #""type":"set_monitor",\#(about),"level":"increase""#
        case 1: #""type":"set_alert_threshold",\#(about),"level":"lower""#
        case 2:
            #""type":"pause_automation",\#(about),"expiresAt":\#(nowMs + random.within(1...90_000))"#
        case 3: #""type":"resume_automation",\#(about)"#
        default: #""type":"declare_incident",\#(about),"severity":"P2","title":"by hand \#(count)""#
        }
    }

    private func flag(_ about: String, _ nowMs: Int64, _ random: inout SeededRandom) -> String {
        let isOn = random.chance(3, of: 5)
        let overrides = random.chance(1, of: 12) ? #","override":true"# : ""
        let expires =
            random.chance(1, of: 4) ? #","expiresAt":\#(nowMs + random.within(1...60_000))"# : ""
        let rest = "\(about),\"enabled\":\(isOn)\(overrides)\(expires)"
        return switch random.below(8) {
        case 0: #""type":"set_safe_mode",\#(rest)"#
        case 1: #""type":"set_write_drain",\#(rest)"#
        case 2: #""type":"set_module",\#(rest),"module":"\#(random.pick(Cast.modules) ?? "")""#
        case 3: #""type":"set_rate_limit",\#(rest),"percent":\#(1 + random.below(100))"#
        case 4: #""type":"set_autoscale",\#(rest),"factor":\#(1 + random.below(8))"#
        case 5: #""type":"set_kill_switch",\#(rest)"#
        case 6: #""type":"hotkey",\#(about),"hotkey":"SAFE_MODE=\#(isOn ? "on" : "off")""#
        default: #""type":"release_flag",\#(about),"flag":"safe_mode"\#(overrides)"#
        }
    }
}
