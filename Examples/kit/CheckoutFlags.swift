/// What the flags ask of checkout now. The names are those of the runbooks.
struct CheckoutFlags {
    /// The flags that refuse requests, as the metrics name them.
    static let refusing = ["kill_switch", "write_drain", "rate_limit"]

    let source: any FlagSource

    /// Everything that is not needed to recover stops.
    var isKilled: Bool { source.isOn("kill_switch") == true }

    /// Writes are refused, reads go on.
    var drainsWrites: Bool { source.isOn("write_drain") == true }

    /// Whether other services may be called.
    var callsOthers: Bool {
        source.isOn("safe_mode") != true && source.isOn("external_calls") != false
    }

    /// The share of the requests that is refused, 0 to 1, of a limit in percent of the normal.
    var refusedShare: Double {
        guard let percent = source.number("rate_limit") else { return 0 }
        return 1 - min(max(percent, 0), 100) / 100
    }

    /// Whether a module is on, as it is unless it was turned off.
    func hasModule(_ name: String) -> Bool {
        source.isOn("module:\(name)") != false
    }
}
