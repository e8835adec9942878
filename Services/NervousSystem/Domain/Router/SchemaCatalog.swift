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

    /// The check of a payload; nil if the catalog knows no such type.
    public func check(kind: String, type: String) -> Check? { checks[kind]?[type] }
}
