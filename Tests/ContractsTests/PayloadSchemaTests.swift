import Contracts
import FoundationEssentials
import JSON
import Testing
import TopicCatalog

/// The schemas in topics/schemas and the Swift types say the same, in both directions.
@Suite struct PayloadSchemaTests {
    /// The folder of Package.swift. This file is ROOT/Tests/ContractsTests/PayloadSchemaTests.swift.
    private static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        .dropLast(3).joined(separator: "/")

    private let catalog: TopicCatalog

    init() throws { catalog = try TopicCatalog.load(directory: "\(Self.root)/topics") }

    @Test func `every payload struct has samples`() throws {
        let folder = "\(Self.root)/Shared/Contracts/Payloads"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { file in
            let data = FileManager.default.contents(atPath: "\(folder)/\(file)") ?? Data()
            return String(decoding: data, as: UTF8.self).contains(": MessagePayload {")
        }
        #expect(
            names.map { String($0.dropLast(".swift".count)) }.sorted()
                == PayloadSample.all.map(\.name).sorted())
    }

    @Test func `every type of every payload has a schema, and every schema a type`() {
        var types: [String: Set<String>] = [:]
        for sample in PayloadSample.all {
            types[sample.kind, default: []].formUnion(sample.types)
        }
        let declared = catalog.schemas.byKind.filter { !$0.value.isEmpty }
        #expect(declared.mapValues { Set($0.keys) } == types)
    }

    @Test(arguments: PayloadSample.all)
    func `what a type writes itself is what Codable would write`(sample: PayloadSample) {
        #expect(sample.written == [sample.full, sample.minimal])
    }

    @Test(arguments: PayloadSample.all)
    func `what Swift writes is valid`(sample: PayloadSample) throws {
        // One schema serves all types of a struct, so the bare minimum of a type that needs more
        // is made whole here; docs/wire.md has an example of each command.
        for type in sample.types {
            var full = sample.full
            full["type"] = .string(type)
            if type == "set_alert_threshold" { full["level"] = "lower" }
            #expect(problem(sample, full) == nil, "\(type)")
        }
        var minimal = sample.minimal
        let type = minimal["type"]?.stringValue
        if type == "resume_automation" { minimal["service"] = "checkout" }
        if type == "ack_incident" { minimal["incidentId"] = "checkout.0a1b2c3d" }
        #expect(problem(sample, minimal) == nil)
    }

    @Test(arguments: PayloadSample.all)
    func `every field of the struct is in the schema, and no other`(sample: PayloadSample) throws {
        let schema = try document(sample)
        try compare(sample.full, schema, whole: schema, path: sample.name) { value, schema in
            (Set(value.keys), Set(schema["properties"]?.objectValue?.keys ?? [:].keys))
        }
    }

    @Test(arguments: PayloadSample.all)
    func `what the schema requires is what the struct always has`(sample: PayloadSample) throws {
        let schema = try document(sample)
        try compare(sample.minimal, schema, whole: schema, path: sample.name) { value, schema in
            let required = schema["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
            return (Set(value.keys), Set(required))
        }
    }

    @Test(arguments: PayloadSample.all)
    func `a required field that is missing is missed by Swift, an optional one is not`(
        sample: PayloadSample
    ) throws {
        let required = Set(
            try document(sample)["required"]?.arrayValue?.compactMap(\.stringValue) ?? [])
        for field in sample.full.objectValue?.keys.sorted() ?? [] {
            var less = sample.full
            less[field] = nil
            if required.contains(field) {
                #expect(throws: JSONError.self, "\(field)") { try sample.roundTrip(less) }
                #expect(problem(sample, less) != nil, "\(field)")
            } else {
                #expect(try sample.roundTrip(less) == less, "\(field)")
            }
        }
    }

    @Test(arguments: PayloadSample.all)
    func `unknown fields are allowed, other types of known ones are not`(
        sample: PayloadSample
    ) throws {
        var more = sample.full
        more["somethingNew"] = ["a": 1]
        #expect(problem(sample, more) == nil)
        #expect(throws: Never.self) { try sample.roundTrip(more) }
        for field in sample.full.objectValue?.keys.sorted() ?? [] {
            var wrong = sample.full
            // No field of any payload is null, and none may be both absent and null.
            wrong[field] = .null
            #expect(problem(sample, wrong) != nil, "\(field)")
        }
    }

    @Test(arguments: [
        (#"{"type":"set_safe_mode","author":"a","service":"checkout"}"#, "enabled: missing"),
        (#"{"type":"set_safe_mode","author":"a","enabled":true}"#, "all: missing"),
        (
            #"{"type":"set_safe_mode","author":"a","enabled":true,"service":"x","all":true}"#,
            "all: expected false"
        ),
        (
            #"{"type":"set_safe_mode","author":"a","enabled":true,"all":false}"#,
            "all: expected true"
        ),
        (#"{"type":"set_module","author":"a","service":"x","enabled":true}"#, "module: missing"),
        (
            #"{"type":"set_module","author":"a","service":"x","enabled":true,"module":"a/b"}"#,
            "module: "
        ),
        (
            #"{"type":"set_rate_limit","author":"a","service":"x","enabled":true,"percent":0}"#,
            "percent: 0 is not more than 0"
        ),
        (
            #"{"type":"set_autoscale","author":"a","service":"x","enabled":true,"factor":101}"#,
            "factor: 101 is more than 100"
        ),
        (#"{"type":"set_monitor","author":"a","service":"x","level":"lower"}"#, "level: expected"),
        (
            #"{"type":"set_alert_threshold","author":"a","service":"x","level":"increase"}"#,
            "level: expected"
        ),
        (#"{"type":"release_flag","author":"a","service":"x"}"#, "flag: missing"),
        (#"{"type":"release_flag","author":"a","service":"x","flag":"nonsense"}"#, "flag: "),
        (#"{"type":"hotkey","author":"a","service":"x"}"#, "hotkey: missing"),
        (#"{"type":"pause_automation","author":"a"}"#, "all: missing"),
        (#"{"type":"declare_incident","author":"a","severity":"P1"}"#, "service: missing"),
        (
            #"{"type":"declare_incident","author":"a","service":"x","severity":"P9","title":"t"}"#,
            "severity: expected one of"
        ),
        (#"{"type":"ack_incident","author":"a","service":"x"}"#, "incidentId: missing"),
        (#"{"type":"ack_incident","author":"a","incidentId":"x.1"}"#, "incidentId: "),
        (#"{"type":"note_incident","author":"a","incidentId":"x.0a1b2c3d"}"#, "text: missing"),
        (
            #"{"type":"set_incident_severity","author":"a","incidentId":"x.0a1b2c3d"}"#,
            "severity: missing"
        ),
        (#"{"type":"ack_incident","author":"","incidentId":"x.0a1b2c3d"}"#, "author: "),
        (#"{"type":"set_safe_mode","author":"a","service":"X","enabled":true}"#, "service: "),
    ])
    func `a command without what its type needs is refused, and the field named`(
        text: String, expected: String
    ) throws {
        let payload = try JSON.parse(text)
        for kind in ["command", "request"] {
            let found = catalog.schemas.problem(
                kind: kind, type: payload["type"]?.stringValue ?? "", payload: payload)
            #expect(found?.contains(expected) == true, "\(found ?? "valid")")
        }
    }

    // MARK: Help

    private func problem(_ sample: PayloadSample, _ payload: JSONValue) -> String? {
        let type = payload["type"]?.stringValue ?? sample.types[0]
        guard catalog.schemas.schema(kind: sample.kind, type: type) != nil else {
            return "no schema for \(type)"
        }
        return catalog.schemas.problem(kind: sample.kind, type: type, payload: payload)
    }

    /// The text of the schema of a sample.
    private func document(_ sample: PayloadSample) throws -> JSONValue {
        let topic = try #require(catalog.topic("nervous.\(sample.kind)"))
        for file in topic.schemas {
            let data = try #require(
                FileManager.default.contents(atPath: "\(Self.root)/topics/\(file)"))
            let schema = try JSON.parse([UInt8](data))
            let type = schema["properties"]?["type"]
            let types = type?["enum"]?.arrayValue ?? [type?["const"] ?? .null]
            if Set(types.compactMap(\.stringValue)) == Set(sample.types) { return schema }
        }
        throw JSONError(.invalidSchema, "no schema is for the types of \(sample.name)")
    }

    /// Compares two sets of names at each object within `value` that the schema describes.
    private func compare(
        _ value: JSONValue, _ schema: JSONValue, whole: JSONValue, path: String,
        _ names: ([String: JSONValue], JSONValue) -> (Set<String>, Set<String>)
    ) throws {
        var schema = schema
        if let name = schema["$ref"]?.stringValue?.split(separator: "/").last {
            schema = try #require(whole["$defs"]?[String(name)], "\(path)")
        }
        switch value {
        case .object(let fields) where schema["properties"] != nil:
            let (swift, json) = names(fields, schema)
            #expect(swift == json, "\(path)")
            for (field, content) in fields {
                let inner = schema["properties"]?[field] ?? [:]
                try compare(content, inner, whole: whole, path: "\(path).\(field)", names)
            }
        case .array(let elements):
            for element in elements {
                try compare(element, schema["items"] ?? [:], whole: whole, path: path, names)
            }
        default: return
        }
    }
}
