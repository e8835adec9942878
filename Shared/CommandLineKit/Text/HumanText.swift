/// Figures as people read them at a glance.
public enum HumanText {
    /// `250 ms`, `1.2 s`, `3 min 4 s`, `2 h 5 min`, `3 d 4 h`.
    public static func duration(_ durationMs: Int64) -> String {
        let sign = durationMs < 0 ? "-" : ""
        let ms = durationMs.magnitude
        if ms < 1_000 { return "\(sign)\(ms) ms" }
        if ms < 60_000 {
            let tenths = ms / 100
            let fraction = tenths % 10
            return sign + (fraction == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(fraction) s")
        }
        let seconds = ms / 1_000
        if seconds < 3_600 { return sign + pair(seconds / 60, "min", seconds % 60, "s") }
        let minutes = seconds / 60
        if minutes < 24 * 60 { return sign + pair(minutes / 60, "h", minutes % 60, "min") }
        let hours = minutes / 60
        return sign + pair(hours / 24, "d", hours % 24, "h")
    }

    /// `12,345`.
    public static func count(_ number: some BinaryInteger) -> String {
        var digits = Array(String(number.magnitude))
        var position = digits.count - 3
        while position > 0 {
            digits.insert(",", at: position)
            position -= 3
        }
        return (number < 0 ? "-" : "") + String(digits)
    }

    /// `1 service`, `3 services`, `12,345 messages`.
    public static func count(
        _ number: some BinaryInteger, _ singular: String, _ plural: String? = nil
    ) -> String {
        "\(count(number)) \(number == 1 ? singular : plural ?? singular + "s")"
    }

    /// `4 s ago`, `3 min ago`, `in 5 s`: one unit only. Both times are Unix milliseconds.
    public static func age(ofMs timeMs: Int64, nowMs: Int64) -> String {
        let (difference, isTooBig) = nowMs.subtractingReportingOverflow(timeMs)
        guard !isTooBig else { return "at an impossible time" }
        let seconds = difference.magnitude / 1_000
        let text: String
        switch seconds {
        case 0: return "now"
        case ..<60: text = "\(seconds) s"
        case ..<3_600: text = "\(seconds / 60) min"
        case ..<86_400: text = "\(seconds / 3_600) h"
        default: text = "\(seconds / 86_400) d"
        }
        return difference < 0 ? "in \(text)" : "\(text) ago"
    }

    private static func pair(_ big: UInt64, _ unit: String, _ small: UInt64, _ part: String)
        -> String
    {
        small == 0 ? "\(big) \(unit)" : "\(big) \(unit) \(small) \(part)"
    }
}
