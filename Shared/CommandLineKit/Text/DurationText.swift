/// Durations as people type them, `250ms`, `30s`, `5m`, `1h30m`, `2d`, from and to milliseconds.
public enum DurationText {
    private static let units: [(name: String, ms: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ]

    /// The milliseconds of a duration; nil for what is none or does not fit 64 bits. Units are in
    /// falling order, each once; a number without a unit is refused, but for `0`.
    public static func parse(_ text: String) -> Int64? {
        if text == "0" { return 0 }
        var rest = text[...]
        var totalMs: Int64 = 0
        var previousUnitMs = Int64.max
        guard !rest.isEmpty, rest.utf8.count <= 64 else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(letters.count)
            guard let amount = Int64(digits),
                let unit = units.first(where: { $0.name == letters }), unit.ms < previousUnitMs
            else { return nil }
            previousUnitMs = unit.ms
            let (product, isTooBig) = amount.multipliedReportingOverflow(by: unit.ms)
            let (sum, isTooBigTogether) = totalMs.addingReportingOverflow(product)
            guard !isTooBig, !isTooBigTogether else { return nil }
            totalMs = sum
        }
        return totalMs
    }

    /// The shortest text that `parse` takes back: 90,000 is `1m30s`.
    public static func compact(_ durationMs: Int64) -> String {
        guard durationMs != 0 else { return "0" }
        var left = durationMs.magnitude
        var text = durationMs < 0 ? "-" : ""
        for unit in units {
            let amount = left / UInt64(unit.ms)
            left %= UInt64(unit.ms)
            if amount > 0 { text += "\(amount)\(unit.name)" }
        }
        return text
    }
}
