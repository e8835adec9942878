/// Figures as people read them: `6,210 ms`, `42.5%`, `5 min`.
enum FigureText {
    /// A measured value with its unit; a ratio in percent.
    static func value(_ value: Double, unit: String?) -> String {
        switch unit {
        case "ratio": number(value * 100) + "%"
        case .some(let unit) where !unit.isEmpty:
            number(value) + " " + OneLine.make(unit, bytesMax: 16)
        default: number(value)
        }
    }

    /// A duration in the largest unit that it is a whole number of, and in seconds otherwise.
    static func duration(_ durationMs: Int64) -> String {
        switch durationMs {
        case 0: "0 s"
        case _ where durationMs % 3_600_000 == 0: "\(durationMs / 3_600_000) h"
        case _ where durationMs % 60_000 == 0: "\(durationMs / 60_000) min"
        default: number(Double(durationMs) / 1_000) + " s"
        }
    }

    /// Three digits or more without a fraction, fewer with as much as tells values apart.
    private static func number(_ value: Double) -> String {
        guard value.magnitude < 1e15 else { return "\(value)" }
        let factor: Double = value.magnitude >= 100 ? 1 : value.magnitude >= 1 ? 10 : 100
        let scaled = (value * factor).rounded()
        let whole = Int64((scaled / factor).rounded(.towardZero))
        let rest = Int64(scaled.magnitude) % Int64(factor)
        let sign = scaled < 0 ? "-" : ""
        guard rest != 0 else { return sign + grouped(whole.magnitude) }
        var digits = String(rest)
        if factor == 100, rest < 10 { digits = "0" + digits }
        while digits.last == "0" { digits.removeLast() }
        return sign + grouped(whole.magnitude) + "." + digits
    }

    private static func grouped(_ number: UInt64) -> String {
        let digits = Array(String(number))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }
}
