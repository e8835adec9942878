internal import AuditKit

/// A way in which the network between the services and the broker is bad.
enum NetworkFault: String, CaseIterable, Sendable {
    case shortCut = "cuts of 5 s"
    case longCut = "cuts past the session"
    case latency = "times 200 ms latency"
    case resets = "times resets"
    case bandwidth = "times 50 kB/s"

    /// How long it goes on.
    var duration: Duration {
        switch self {
        case .shortCut: .seconds(5)
        // The session is 6 s; the broker has to have given the members up.
        case .longCut: .seconds(10)
        case .latency, .resets, .bandwidth: .seconds(12)
        }
    }

    /// Whether the services get on while it lasts.
    var isPassable: Bool { self != .shortCut && self != .longCut }

    /// Makes the network bad, and good again.
    /// - Parameter isSilent: a cut that drops what is sent, instead of refusing it.
    func inflict(_ proxy: Toxiproxy, isSilent: Bool) async throws {
        switch self {
        case .shortCut, .longCut:
            if isSilent {
                try await both(proxy, "timeout", #""timeout":0"#)
            } else {
                try await proxy.setOpen(false)
                try await Task.sleep(for: duration)
                try await proxy.setOpen(true)
            }
        case .latency:
            try await proxy.add("latency", #""latency":200"#, stream: "downstream")
            try await Task.sleep(for: duration)
            try await proxy.remove("latency", stream: "downstream")
        case .bandwidth: try await both(proxy, "bandwidth", #""rate":50"#)
        case .resets:
            let end = ContinuousClock.now + duration
            while ContinuousClock.now < end {
                try await proxy.add("reset_peer", #""timeout":0"#, stream: "downstream")
                try await Task.sleep(for: .milliseconds(50))
                try await proxy.remove("reset_peer", stream: "downstream")
                try await Task.sleep(for: .milliseconds(1_500))
            }
        }
    }

    private func both(
        _ proxy: Toxiproxy, _ kind: String, _ attributes: String
    ) async throws {
        try await proxy.add(kind, attributes, stream: "downstream")
        try await proxy.add(kind, attributes, stream: "upstream")
        try await Task.sleep(for: duration)
        try await proxy.remove(kind, stream: "downstream")
        try await proxy.remove(kind, stream: "upstream")
    }
}
