public import JSON

/// The JSON Schemas of the payloads that are taken from outside, one for each kind of topic and
/// `payload.type`, compiled once when the service starts.
public struct SchemaCatalog: Sendable {
    /// Says what is wrong with a payload, with its path; nil if nothing is.
    public typealias Check = @Sendable (JSONValue) -> String?

    private let checks: [String: [String: Check]]

    /// A catalog of checks: by kind (`alert`), then by `payload.type`.
    public init(_ checks: [String: [String: Check]]) {
        self.checks = checks
    }

    /// A catalog of compiled schemas: by kind, then by `payload.type`.
    public init(schemas: [String: [String: JSONSchema]]) {
        checks = schemas.mapValues { types in
            types.mapValues { schema in
                { payload in
                    schema.validate(payload).first.map {
                        "payload\(Self.field($0.path)): \($0.message)"
                    }
                }
            }
        }
    }

    /// `.service` of the path `service`, nothing of the whole.
    private static func field(_ path: String) -> String { path.isEmpty ? "" : ".\(path)" }

    /// The check of a payload; nil if the catalog knows no such type.
    public func check(kind: String, type: String) -> Check? { checks[kind]?[type] }
}
