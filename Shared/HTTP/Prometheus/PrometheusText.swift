/// The Prometheus text exposition format, version 0.0.4:
/// https://prometheus.io/docs/instrumenting/exposition_formats/
///
/// `parse` takes hostile bytes; `PrometheusTextWriter` writes.
public enum PrometheusText {
    /// The media type of the format.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// What a parser puts up with.
    public struct Limits: Sendable {
        /// Bytes in all.
        public var maxBytes = 8 << 20
        /// Bytes in one line.
        public var maxLineBytes = 16 << 10
        /// Samples in all.
        public var maxSamples = 100_000
        /// Labels of one sample.
        public var maxLabels = 64

        /// The values above.
        public init() {}
    }

    /// The type of a metric.
    public enum MetricType: String, Hashable, Sendable {
        /// A number that only grows, until a restart.
        case counter
        /// A number that goes up and down.
        case gauge
        /// Cumulative buckets `_bucket{le="..."}` with `_sum` and `_count`.
        case histogram
        /// Quantiles with `_sum` and `_count`.
        case summary
        /// Not said.
        case untyped
    }

    /// A label of a sample.
    public struct Label: Hashable, Sendable {
        /// The name, as in `status`.
        public var name: String
        /// The value, unescaped.
        public var value: String

        /// A label of this name and value.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// One line: a number with its name and labels.
    public struct Sample: Hashable, Sendable {
        /// The name, with the suffix `_bucket`, `_sum` or `_count` in a histogram.
        public var name: String
        /// The labels in their order, each name once.
        public var labels: [Label]
        /// The value; may be NaN or infinite.
        public var value: Double
        /// The time of the value in Unix milliseconds, seldom given.
        public var timestampMs: Int64?

        /// A sample of these parts.
        public init(name: String, labels: [Label] = [], value: Double, timestampMs: Int64? = nil) {
            self.name = name
            self.labels = labels
            self.value = value
            self.timestampMs = timestampMs
        }

        /// The value of a label.
        public func label(_ name: String) -> String? {
            labels.first { $0.name == name }?.value
        }
    }

    /// All that a target exposes.
    public struct Exposition: Hashable, Sendable {
        /// The samples in their order.
        public var samples: [Sample] = []
        /// The types of the metrics by name, where they are said.
        public var types: [String: MetricType] = [:]

        /// Nothing yet.
        public init() {}

        /// The samples of one name.
        public func samples(named name: String) -> [Sample] {
            samples.filter { $0.name == name }
        }
    }

    /// Reads an exposition.
    /// - Throws: `PrometheusTextError` with the number of the line, at the first thing wrong.
    public static func parse(
        _ bytes: [UInt8], limits: Limits = Limits()
    ) throws(PrometheusTextError) -> Exposition {
        guard bytes.count <= limits.maxBytes else {
            throw PrometheusTextError(
                code: .tooLarge, line: 0, message: "more than \(limits.maxBytes) bytes")
        }
        var exposition = Exposition()
        var lineNumber = 0
        var start = 0
        while start < bytes.count {
            lineNumber += 1
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            guard end - start <= limits.maxLineBytes else {
                throw PrometheusTextError(
                    code: .tooLarge, line: lineNumber,
                    message: "a line of more than \(limits.maxLineBytes) bytes")
            }
            var line = PrometheusLineParser(
                bytes[start..<end], lineNumber: lineNumber, maxLabels: limits.maxLabels)
            try line.parse(into: &exposition)
            guard exposition.samples.count <= limits.maxSamples else {
                throw PrometheusTextError(
                    code: .tooLarge, line: lineNumber,
                    message: "more than \(limits.maxSamples) samples")
            }
            start = end + 1
        }
        return exposition
    }

    /// Whether a byte may be part of a metric's name (`first`: begin it).
    static func isNameByte(_ byte: UInt8, first: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "_"), UInt8(ascii: ":"):
            true
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            !first
        default:
            false
        }
    }
}
