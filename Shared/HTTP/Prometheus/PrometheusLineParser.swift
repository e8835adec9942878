/// Reads one line of the text format. It never looks back, so its time grows with the length
/// of the line (and with the square of the labels, which are few).
struct PrometheusLineParser {
    private var rest: ArraySlice<UInt8>
    private let lineNumber: Int
    private let maxLabels: Int

    init(_ line: ArraySlice<UInt8>, lineNumber: Int, maxLabels: Int) {
        rest = line
        self.lineNumber = lineNumber
        self.maxLabels = maxLabels
    }

    mutating func parse(
        into exposition: inout PrometheusText.Exposition
    ) throws(PrometheusTextError) {
        // Not in the format, but some servers end lines in CR LF.
        if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
        skipBlanks()
        guard let first = rest.first else { return }
        if first == UInt8(ascii: "#") {
            rest.removeFirst()
            try parseComment(&exposition)
        } else {
            exposition.samples.append(try parseSample())
        }
    }

    // MARK: - Comments

    private mutating func parseComment(
        _ exposition: inout PrometheusText.Exposition
    ) throws(PrometheusTextError) {
        // `# TYPE name type` says something; `# HELP` and other comments are for people.
        skipBlanks()
        guard takeWord().elementsEqual("TYPE".utf8) else { return }
        skipBlanks()
        let name = try takeName("the name of a metric", colons: true)
        skipBlanks()
        let word = String(decoding: takeWord(), as: UTF8.self)
        guard let type = PrometheusText.MetricType(rawValue: word) else {
            throw syntax("the type of \(name) is none of the format's")
        }
        try expectEnd()
        guard exposition.types.updateValue(type, forKey: name) == nil else {
            throw error(.duplicate, "the type of \(name) is given twice")
        }
    }

    // MARK: - Samples

    private mutating func parseSample() throws(PrometheusTextError) -> PrometheusText.Sample {
        let name = try takeName("the name of a metric", colons: true)
        skipBlanks()
        var labels: [PrometheusText.Label] = []
        if rest.first == UInt8(ascii: "{") {
            rest.removeFirst()
            labels = try parseLabels()
            skipBlanks()
        }
        let valueWord = takeWord()
        guard let value = Self.number(valueWord) else {
            throw syntax("\(name) has no number as its value")
        }
        skipBlanks()
        var timestampMs: Int64?
        if !rest.isEmpty {
            guard let time = Int64(String(decoding: takeWord(), as: UTF8.self)) else {
                throw syntax("the timestamp of \(name) is no whole number of milliseconds")
            }
            timestampMs = time
        }
        try expectEnd()
        return PrometheusText.Sample(
            name: name, labels: labels, value: value, timestampMs: timestampMs)
    }

    private mutating func parseLabels() throws(PrometheusTextError) -> [PrometheusText.Label] {
        var labels: [PrometheusText.Label] = []
        while true {
            skipBlanks()
            if rest.first == UInt8(ascii: "}") {
                rest.removeFirst()
                return labels
            }
            guard labels.count < maxLabels else {
                throw error(.tooLarge, "more than \(maxLabels) labels")
            }
            let name = try takeName("the name of a label", colons: false)
            skipBlanks()
            try expect("=", "after the name of a label")
            skipBlanks()
            try expect("\"", "before the value of a label")
            let value = try parseQuoted()
            guard !labels.contains(where: { $0.name == name }) else {
                throw error(.duplicate, "the label \(name) is given twice")
            }
            labels.append(PrometheusText.Label(name, value))
            skipBlanks()
            // A comma may stand before the closing brace.
            if rest.first == UInt8(ascii: ",") {
                rest.removeFirst()
            } else if rest.first != UInt8(ascii: "}") {
                throw syntax("a comma or } is missing after a label")
            }
        }
    }

    /// A label's value up to its closing quote, without its escapes: `\\`, `\"` and `\n`.
    private mutating func parseQuoted() throws(PrometheusTextError) -> String {
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""):
                return try validated(bytes)
            case UInt8(ascii: "\\"):
                switch rest.popFirst() {
                case UInt8(ascii: "n"): bytes.append(UInt8(ascii: "\n"))
                case UInt8(ascii: "\\"): bytes.append(UInt8(ascii: "\\"))
                case UInt8(ascii: "\""): bytes.append(UInt8(ascii: "\""))
                default: throw syntax("an escape that the format does not know")
                }
            default:
                bytes.append(byte)
            }
        }
        throw syntax("the value of a label does not end")
    }

    // MARK: - Words

    /// A number as Go's ParseFloat takes it: decimal, `+Inf`, `NaN`.
    private static func number(_ word: ArraySlice<UInt8>) -> Double? {
        // No number is longer; a long word would only cost time.
        guard !word.isEmpty, word.count <= 64 else { return nil }
        return Double(String(decoding: word, as: UTF8.self))
    }

    private mutating func takeName(
        _ what: String, colons: Bool
    ) throws(PrometheusTextError) -> String {
        var end = rest.startIndex
        while end < rest.endIndex, colons || rest[end] != UInt8(ascii: ":"),
            PrometheusText.isNameByte(rest[end], first: end == rest.startIndex)
        {
            end += 1
        }
        guard end > rest.startIndex else {
            throw syntax("\(what) is missing or begins with a character that it cannot have")
        }
        let name = String(decoding: rest[..<end], as: UTF8.self)
        rest = rest[end...]
        return name
    }

    private mutating func takeWord() -> ArraySlice<UInt8> {
        let word = rest.prefix { !Self.isBlank($0) }
        rest = rest[word.endIndex...]
        return word
    }

    private mutating func skipBlanks() {
        rest = rest.drop(while: Self.isBlank)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    private mutating func expect(
        _ character: Unicode.Scalar, _ place: String
    ) throws(PrometheusTextError) {
        guard rest.popFirst() == UInt8(ascii: character) else {
            throw syntax("\(character) is missing \(place)")
        }
    }

    private mutating func expectEnd() throws(PrometheusTextError) {
        skipBlanks()
        guard rest.isEmpty else {
            throw syntax("something follows where the line should end")
        }
    }

    private func validated(_ bytes: [UInt8]) throws(PrometheusTextError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw error(.invalidUTF8, "the value of a label is not UTF-8")
        }
        return text
    }

    private func syntax(_ message: String) -> PrometheusTextError {
        error(.syntax, message)
    }

    private func error(_ code: PrometheusTextError.Code, _ message: String) -> PrometheusTextError {
        PrometheusTextError(code: code, line: lineNumber, message: message)
    }
}
