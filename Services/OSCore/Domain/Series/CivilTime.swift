/// Dates of the Gregorian calendar, UTC.
enum CivilTime {
    /// Unix ms of `2014-03-07 03:41:00`, also with `T` between and `Z` at the end; nil if it is no
    /// such time. Leap seconds are none.
    static func milliseconds(_ text: some StringProtocol) -> Int64? {
        var bytes = Array(text.utf8)
        if bytes.last == UInt8(ascii: "Z") { bytes.removeLast() }
        guard bytes.count == 19 else { return nil }
        let marks: [(Int, [UInt8])] = [
            (4, [UInt8(ascii: "-")]), (7, [UInt8(ascii: "-")]),
            (10, [UInt8(ascii: " "), UInt8(ascii: "T")]), (13, [UInt8(ascii: ":")]),
            (16, [UInt8(ascii: ":")]),
        ]
        guard marks.allSatisfy({ $1.contains(bytes[$0]) }) else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            var value: Int64 = 0
            for byte in bytes[range] {
                guard (0x30...0x39).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - 0x30)
            }
            return value
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            year >= 1970, (1...12).contains(month), (1...days(year, month)).contains(day),
            hour < 24, minute < 60, second < 60
        else { return nil }
        return (((dayNumber(year, month, day) * 24 + hour) * 60 + minute) * 60 + second) * 1000
    }

    private static func days(_ year: Int64, _ month: Int64) -> Int64 {
        let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
        return switch month {
        case 2: isLeap ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    private static func dayNumber(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = year / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
