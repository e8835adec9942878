/// Unix milliseconds from and to ISO 8601 in UTC, in the proleptic Gregorian calendar.
public enum UTCTime {
    private static let dayMs: Int64 = 86_400_000

    /// `2025-11-21T03:00:00.250Z`; years of more than four digits carry their sign (ISO 8601).
    public static func text(unixMs: Int64) -> String {
        let (date, time) = parts(unixMs)
        return "\(date)T\(time)Z"
    }

    /// `03:00:00.250`, for the lines of one day.
    public static func timeOfDay(unixMs: Int64) -> String { parts(unixMs).time }

    /// The Unix milliseconds of `2025-11-21`, `2025-11-21T03:00Z`, `2025-11-21 03:00:00.25+01:00`;
    /// nil for anything else. Without an offset it is UTC; digits past the milliseconds are dropped.
    public static func unixMs(_ text: String) -> Int64? {
        guard text.utf8.count <= 40 else { return nil }
        var reader = DigitReader(bytes: Array(text.utf8)[...])
        guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2),
            reader.skip("-"), let day = reader.number(2), (1...12).contains(month),
            (1...daysInMonth(month, year: year)).contains(day)
        else { return nil }
        let dateMs = days(year: year, month: month, day: day) * dayMs
        if reader.isAtEnd { return dateMs }
        guard reader.skip("T") || reader.skip("t") || reader.skip(" ") else { return nil }
        guard let timeMs = reader.timeOfDayMs(), let offsetMs = reader.offsetMs(), reader.isAtEnd
        else { return nil }
        return dateMs + timeMs - offsetMs
    }

    private static func parts(_ unixMs: Int64) -> (date: String, time: String) {
        // Floor division: times before 1970 belong to the day that they are in.
        let ofDay = ((unixMs % dayMs) + dayMs) % dayMs
        let day = unixMs / dayMs - (unixMs % dayMs < 0 ? 1 : 0)
        let date = civil(day: day)
        let isPlain = (0...9_999).contains(date.year)
        let year = pad(date.year.magnitude, isPlain ? 4 : 6)
        let sign = isPlain ? "" : (date.year < 0 ? "-" : "+")
        let seconds = ofDay / 1_000
        let time = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { pad($0.magnitude, 2) }
        return (
            "\(sign)\(year)-\(pad(date.month.magnitude, 2))-\(pad(date.day.magnitude, 2))",
            time.joined(separator: ":") + "." + pad((ofDay % 1_000).magnitude, 3)
        )
    }

    /// Days since 1970-01-01; the method of Howard Hinnant, "chrono-Compatible Low-Level Date
    /// Algorithms", with years that begin in March.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }

    private static func civil(day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
            dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        )
    }

    private static func daysInMonth(_ month: Int64, year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func pad(_ number: UInt64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// Reads numbers of fixed width off bytes.
private struct DigitReader {
    var bytes: ArraySlice<UInt8>

    var isAtEnd: Bool { bytes.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard let first = bytes.first, UInt32(first) == character.value else { return false }
        bytes.removeFirst()
        return true
    }

    mutating func number(_ width: Int) -> Int64? {
        guard bytes.count >= width else { return nil }
        var value: Int64 = 0
        for byte in bytes.prefix(width) {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        bytes = bytes.dropFirst(width)
        return value
    }

    /// `03:00`, `03:00:00`, `03:00:00.25`.
    mutating func timeOfDayMs() -> Int64? {
        guard let hour = number(2), skip(":"), let minute = number(2), hour < 24, minute < 60
        else { return nil }
        var ms = (hour * 60 + minute) * 60_000
        guard skip(":") else { return ms }
        guard let second = number(2), second < 60 else { return nil }
        ms += second * 1_000
        guard skip(".") else { return ms }
        var scale: Int64 = 100
        guard var digit = number(1) else { return nil }
        while true {
            ms += digit * scale
            scale /= 10
            guard let next = number(1) else { return ms }
            digit = next
        }
    }

    /// `Z`, `+01:00`, or nothing for UTC.
    mutating func offsetMs() -> Int64? {
        if isAtEnd || skip("Z") || skip("z") { return 0 }
        let sign: Int64 = skip("-") ? -1 : 1
        guard sign < 0 || skip("+"), let hour = number(2), skip(":"), let minute = number(2),
            hour < 24, minute < 60
        else { return nil }
        return sign * (hour * 60 + minute) * 60_000
    }
}
