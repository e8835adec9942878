extension ValueFormat where Value == String {
    /// Any text that is not empty.
    public static var string: ValueFormat<String> {
        ValueFormat(placeholder: "TEXT") { (text) throws(ValueError) in
            guard !text.isEmpty else { throw ValueError("is empty") }
            return text
        }
    }

    /// The path of a file or folder; not looked at, only completed.
    public static var path: ValueFormat<String> {
        string.shown(as: "PATH").completedByFiles()
    }

    /// One of these words.
    public static func oneOf(_ words: [String]) -> ValueFormat<String> {
        ValueFormat(placeholder: words.joined(separator: "|"), choices: words) {
            (text) throws(ValueError) in
            guard words.contains(text) else { throw notOneOf(words, text) }
            return text
        }
    }
}

extension ValueFormat where Value == Bool {
    /// true, yes, on, 1, false, no, off, 0.
    static var boolean: ValueFormat<Bool> {
        ValueFormat(placeholder: "BOOL") { (text) throws(ValueError) in
            switch text.lowercased() {
            case "true", "yes", "on", "1": return true
            case "false", "no", "off", "0": return false
            default: throw ValueError("is neither true nor false")
            }
        }
    }
}

extension ValueFormat {
    /// One of the cases of an enumeration, by its raw value.
    public static func choice(_ type: Value.Type) -> ValueFormat<Value>
    where Value: CaseIterable & RawRepresentable<String> {
        let words = Value.allCases.map(\.rawValue)
        return ValueFormat(
            placeholder: words.joined(separator: "|"), choices: words, describe: { $0.rawValue }
        ) { (text) throws(ValueError) in
            guard let value = Value(rawValue: text) else { throw notOneOf(words, text) }
            return value
        }
    }
}

extension ValueFormat where Value == Int {
    /// A whole number within a range.
    public static func integer(in range: ClosedRange<Int> = Int.min...Int.max) -> ValueFormat<Int> {
        ValueFormat(placeholder: "N") { (text) throws(ValueError) in
            guard let number = Int(text) else { throw ValueError("is not a whole number") }
            guard range.contains(number) else { throw ValueError(outside(range)) }
            return number
        }
    }
}

extension ValueFormat where Value == Int64 {
    /// A duration such as `250ms`, `30s`, `5m`, `2h` or `1h30m`, as milliseconds.
    public static func duration(
        inMs range: ClosedRange<Int64> = 0...Int64.max
    ) -> ValueFormat<Int64> {
        ValueFormat(placeholder: "DURATION", describe: { DurationText.compact($0) }) {
            (text) throws(ValueError) in
            guard let durationMs = DurationText.parse(text) else {
                throw ValueError("is not a duration such as 250ms, 30s, 5m or 2h")
            }
            guard range.contains(durationMs) else {
                let from = DurationText.compact(range.lowerBound)
                guard range.upperBound < .max else { throw ValueError("is under \(from)") }
                let to = DurationText.compact(range.upperBound)
                throw ValueError("is not between \(from) and \(to)")
            }
            return durationMs
        }
    }

    /// A time in ISO 8601, such as `2025-11-21T03:00:00Z`, as Unix milliseconds.
    public static var time: ValueFormat<Int64> {
        ValueFormat(placeholder: "TIME", describe: { UTCTime.text(unixMs: $0) }) {
            (text) throws(ValueError) in
            guard let unixMs = UTCTime.unixMs(text) else {
                throw ValueError("is not a time such as 2025-11-21T03:00:00Z")
            }
            return unixMs
        }
    }
}

extension ValueFormat where Value == Double {
    /// A finite number within a range.
    public static func number(
        in range: ClosedRange<Double> = -Double.infinity...Double.infinity
    ) -> ValueFormat<Double> {
        ValueFormat(placeholder: "NUMBER") { (text) throws(ValueError) in
            guard let number = Double(text), number.isFinite else {
                throw ValueError("is not a number")
            }
            guard range.contains(number) else { throw ValueError(outside(range)) }
            return number
        }
    }

    /// A percentage, `2.5` or `2.5%`, as the number of percent (2.5, not 0.025).
    public static func percentage(in range: ClosedRange<Double> = 0...100) -> ValueFormat<Double> {
        ValueFormat(placeholder: "PERCENT", describe: { "\($0)%" }) { (text) throws(ValueError) in
            let digits = text.hasSuffix("%") ? text.dropLast() : text[...]
            guard let number = Double(digits), number.isFinite else {
                throw ValueError("is not a percentage such as 2.5%")
            }
            guard range.contains(number) else { throw ValueError(outside(range) + " percent") }
            return number
        }
    }
}

private func outside<Bound: Comparable>(_ range: ClosedRange<Bound>) -> String {
    "is not between \(range.lowerBound) and \(range.upperBound)"
}

private func notOneOf(_ words: [String], _ text: String) -> ValueError {
    let near = Suggestions.nearest(to: text, among: words)
    let list = Suggestions.list(words, joiner: "or")
    return ValueError("is not one of \(list).\(Suggestions.question(near))")
}
