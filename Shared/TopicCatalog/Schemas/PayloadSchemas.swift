public import JSON
internal import YAML

/// The JSON Schemas of the payloads, by kind of topic (`alert`) and `payload.type`.
public struct PayloadSchemas: Sendable {
    /// All of them: by kind, then by type.
    public let byKind: [String: [String: JSONSchema]]

    /// Schemas.
    public init(_ byKind: [String: [String: JSONSchema]]) {
        self.byKind = byKind
    }

    /// The schema of a payload; nil if no such type is declared.
    public func schema(kind: String, type: String) -> JSONSchema? { byKind[kind]?[type] }

    /// What is wrong with a payload, in one line; nil if nothing is, or if no such type is declared.
    public func problem(kind: String, type: String, payload: JSONValue) -> String? {
        guard let violations = schema(kind: kind, type: type)?.validate(payload),
            !violations.isEmpty
        else { return nil }
        return violations.prefix(3).map(\.description).joined(separator: "; ")
    }

    /// Reads the schemas that the topics name.
    static func read(
        _ topics: [TopicDefinition], in folder: CatalogFolder, _ problems: inout [TopicProblem]
    ) -> PayloadSchemas {
        var byKind: [String: [String: JSONSchema]] = [:]
        for topic in topics {
            var types: [String: JSONSchema] = [:]
            for file in topic.schemas {
                let place = topic.place(of: "schemas")
                do throws(TopicProblem) {
                    let (schema, names) = try compile(file, in: folder, namedAt: place)
                    for name in names where types.updateValue(schema, forKey: name) != nil {
                        problems.append(
                            TopicProblem(
                                .schema, "schemas: two of them are for the type '\(name)'",
                                at: place))
                    }
                } catch {
                    problems.append(error)
                }
            }
            byKind[topic.kind] = types
        }
        return PayloadSchemas(byKind)
    }

    /// Compiles a file; the types that it is for are the `const` or `enum` of its property `type`.
    private static func compile(
        _ file: String, in folder: CatalogFolder, namedAt place: YAMLMark
    ) throws(TopicProblem) -> (JSONSchema, types: [String]) {
        guard let bytes = folder.bytes(file) else {
            throw TopicProblem(.schema, "schemas: '\(file)' cannot be read", at: place)
        }
        do throws(JSONError) {
            let document = try JSON.parse(bytes)
            let type = document["properties"]?["type"]
            let names =
                type?["const"]?.stringValue.map { [$0] }
                ?? type?["enum"]?.arrayValue?.compactMap(\.stringValue) ?? []
            guard !names.isEmpty else {
                throw JSONError(
                    .invalidSchema, "needs a 'const' or an 'enum' of strings",
                    path: "#/properties/type")
            }
            return (try JSONSchema(document), names)
        } catch {
            let line = 1 + bytes.prefix(error.byteOffset ?? 0).count { $0 == 0x0a }
            throw TopicProblem(
                .schema, error.description,
                at: YAMLMark(file: folder.shown(file), line: line, column: 1))
        }
    }
}
