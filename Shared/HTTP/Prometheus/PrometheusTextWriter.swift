/// Writes the Prometheus text format. Give the samples of a metric one after the other.
///
/// Characters that a name cannot have are written as `_`; values are escaped.
public struct PrometheusTextWriter: Sendable {
    /// What has been written so far.
    public private(set) var text = ""
    private var described: Set<String> = []

    /// Nothing yet.
    public init() {}

    /// Writes the help and the type of a metric, the first time that its name is given.
    public mutating func describe(
        _ name: String, _ type: PrometheusText.MetricType, help: String
    ) {
        let name = Self.metricName(name)
        guard described.insert(name).inserted else { return }
        text += "# HELP \(name) "
        appendEscaped(help, quotes: false)
        text += "\n# TYPE \(name) \(type.rawValue)\n"
    }

    /// Writes a sample.
    public mutating func sample(
        _ name: String, labels: [PrometheusText.Label] = [], value: Double,
        timestampMs: Int64? = nil
    ) {
        text += Self.metricName(name)
        if !labels.isEmpty {
            text += "{"
            for (index, label) in labels.enumerated() {
                text += index == 0 ? "" : ","
                text += Self.labelName(label.name)
                text += "=\""
                appendEscaped(label.value, quotes: true)
                text += "\""
            }
            text += "}"
        }
        text += " \(Self.number(value))"
        if let timestampMs {
            text += " \(timestampMs)"
        }
        text += "\n"
    }

    /// Writes the buckets, the sum and the count of a histogram.
    /// - Parameters:
    ///   - upperBounds: ascending, without +Inf, which is written last.
    ///   - counts: of each bucket by itself (they are added up here), and one more at the end for
    ///     what lies above the last bound.
    public mutating func histogram(
        _ name: String, labels: [PrometheusText.Label] = [], upperBounds: [Double],
        counts: [UInt64], sum: Double
    ) {
        var total: UInt64 = 0
        for (index, count) in counts.prefix(upperBounds.count + 1).enumerated() {
            total &+= count
            let bound = index < upperBounds.count ? Self.number(upperBounds[index]) : "+Inf"
            sample(
                name + "_bucket", labels: labels + [PrometheusText.Label("le", bound)],
                value: Double(total))
        }
        sample(name + "_sum", labels: labels, value: sum)
        sample(name + "_count", labels: labels, value: Double(total))
    }

    // MARK: - Pieces

    private mutating func appendEscaped(_ value: String, quotes: Bool) {
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\"" where quotes: text += "\\\""
            default: text.unicodeScalars.append(scalar)
            }
        }
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        if let whole = Int64(exactly: value), abs(value) < 1e15 { return String(whole) }
        return "\(value)"
    }

    private static func metricName(_ name: String) -> String {
        cleaned(name) { PrometheusText.isNameByte($0, first: $1) }
    }

    private static func labelName(_ name: String) -> String {
        cleaned(name) { $0 != UInt8(ascii: ":") && PrometheusText.isNameByte($0, first: $1) }
    }

    private static func cleaned(_ name: String, _ allows: (UInt8, Bool) -> Bool) -> String {
        guard !name.isEmpty else { return "_" }
        var bytes: [UInt8] = []
        for (index, byte) in name.utf8.enumerated() {
            bytes.append(allows(byte, index == 0) ? byte : UInt8(ascii: "_"))
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
