import HTTP
import JSON
import OSCoreDomain
import YAML

extension FuzzTarget {
    /// JSON: the canonical and the pretty form say the same; a parser used again reads the same.
    static let json = FuzzTarget("json") { bytes in
        let value = try? JSON.parse(bytes)
        let reused = try? Reused.document.withParsed(bytes) { try $0.value() }
        expect(value == reused, "a parser that is used again reads something else")
        guard let value else { return }
        let text = must("serialize") { try value.serialized() }
        let again = must("parse the canonical form") { try JSON.parse(text) }
        expect(again == value, "the canonical form says something else")
        expect(must("again") { try again.serialized() } == text, "the canonical form is not stable")
        let pretty = must("serialize for people") { try value.serialized(prettyPrinted: true) }
        expect(must("parse") { try JSON.parse(pretty) } == value, "the pretty form differs")
    }

    private enum Reused {
        nonisolated(unsafe) static let document = must("a parser") { try JSONDocument() }
    }

    /// JSON Schema and patterns: the first line is a schema, the rest a document to hold against it.
    static let schema = FuzzTarget("schema") { bytes in
        let parts = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
        guard let document = try? JSON.parse(Array(parts[0])) else { return }
        guard let schema = try? JSONSchema(document) else { return }
        let value = parts.count == 2 ? try? JSON.parse(Array(parts[1])) : document
        for violation in schema.validate(value ?? document) {
            expect(!violation.keyword.isEmpty, "a violation of nothing")
        }
    }

    /// YAML and front matter: what is wrong has its place in the text.
    static let yaml = FuzzTarget("yaml") { bytes in
        // Three characters of Unicode end a line too, in two bytes at least; the end of the text is
        // on a line of its own.
        let lines = bytes.count { $0 == 0x0A || $0 == 0x0D } + bytes.count / 2 + 2
        do throws(YAMLError) {
            walk(try YAML.parse(bytes, file: "f"), lines: lines)
        } catch {
            expect((1...lines).contains(error.mark.line), "line \(error.mark.line) of \(lines)")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let split = try? YAMLFrontMatter(parsing: text, file: "f") else { return }
        walk(split.node, lines: lines)
        expect(text.utf8.suffix(split.body.utf8.count).elementsEqual(split.body.utf8), "the body")
    }

    private static func walk(_ node: YAMLNode, lines: Int) {
        expect((1...lines).contains(node.mark.line), "line \(node.mark.line) of \(lines)")
        switch node.kind {
        case .scalar: _ = node.scalar
        case .sequence(let nodes): for node in nodes { walk(node, lines: lines) }
        case .mapping(let pairs):
            guard let map = try? node.mapping() else { violated("a mapping is none") }
            expect(map.keys.count == pairs.count, "keys are lost")
            for pair in pairs {
                _ = try? map.optional(pair.key)?.string()
                walk(pair.value, lines: lines)
            }
            expect(map.unknownKeys().isEmpty, "a key that was asked for is unknown")
        }
    }

    /// Prometheus text: what was read, written and read again is the same, and gives a signal.
    static let prometheus = FuzzTarget("prometheus") { bytes in
        guard let exposition = try? PrometheusText.parse(bytes) else { return }
        var writer = PrometheusTextWriter()
        for (name, type) in exposition.types { writer.describe(name, type, help: "\\ \"\n") }
        for sample in exposition.samples {
            writer.sample(
                sample.name, labels: sample.labels, value: sample.value,
                timestampMs: sample.timestampMs)
        }
        let again = must("read what was written") {
            try PrometheusText.parse(Array(writer.text.utf8))
        }
        expect(again.types == exposition.types, "the types differ")
        expect(again.samples.count == exposition.samples.count, "the samples differ in number")
        for (one, other) in zip(exposition.samples, again.samples) {
            let same =
                one.name == other.name && one.timestampMs == other.timestampMs
                && (one.value == other.value || (one.value.isNaN && other.value.isNaN))
                && one.labels == other.labels
            expect(same, "\(one) became \(other)")
        }
        let samples = exposition.samples.map { sample in
            MetricSample(
                sample.name,
                labels: Dictionary(sample.labels.map { ($0.name, $0.value) }) { _, last in last },
                value: sample.value)
        }
        let signals = PrometheusSignals()
        guard
            let signal = try? signals.signal(
                service: "checkout", instance: "a", samples: samples,
                declared: Set(exposition.types.keys))
        else { return }
        _ = must("a signal as JSON") { try JSON.encode(signal) }
    }
}
