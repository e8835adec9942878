internal import Contracts

/// When the outage was detected, mitigated and over, as seen on the bus.
struct DemoTimes {
    /// Names with ms; nil for what did not happen.
    let rows: [(String, Int64?)]

    /// Whether everything happened.
    var isComplete: Bool { rows.allSatisfy { $0.1 != nil } }

    init(_ history: [BusFollower.Seen], brokenMs: Int64) {
        let after = history.filter { $0.atMs >= brokenMs }
        func first(_ matches: (Envelope) -> Bool) -> Int64? {
            after.first { matches($0.envelope) }?.atMs
        }
        let detected = first { $0.type == "alert_raised" }
        let critical = first { envelope in
            (try? envelope.payload(as: AlertPayload.self))?.severity == .p0
        }
        let mitigated = first { $0.type == "safe_mode_enabled" }
        let recovered = first { $0.type == "incident_recovering" }
        let resolved = first { $0.type == "incident_resolved" }
        func since(_ start: Int64?, _ end: Int64?) -> Int64? {
            guard let start, let end else { return nil }
            return end - start
        }
        rows = [
            ("time to detect: first alert", since(brokenMs, detected)),
            ("first P0 alert", since(brokenMs, critical)),
            ("time to mitigate: SAFE_MODE on", since(brokenMs, mitigated)),
            ("  of that after the P0 alert", since(critical, mitigated)),
            ("time to recover: signals normal", since(brokenMs, recovered)),
            ("incident resolved, flags back", since(brokenMs, resolved)),
        ]
    }
}
