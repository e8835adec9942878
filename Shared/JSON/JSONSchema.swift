/// A compiled JSON Schema: the part of draft 2020-12 that the topics need.
///
/// Applied: `type`, `properties`, `required`, `additionalProperties`, `enum`, `const`, `minimum`,
/// `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `minLength`, `maxLength`, `pattern`
/// (``JSONPattern``), `items`, `minItems`, `maxItems`, `oneOf`, `anyOf`, `allOf`, `not`, `if` with
/// `then` and `else`, `$ref` to `#` or `#/$defs/NAME`. Kept as notes: `$schema`, `$id`, `$comment`,
/// `title`, `description`, `default`, `examples`, `format`. Any other keyword is an error: one that
/// is silently not applied would let through what its author meant to refuse.
public struct JSONSchema: Sendable {
    /// What one validation may cost.
    enum Limit {
        static let violations = 10
        static let depth = 128
        static let steps = 200_000
    }

    /// All schemas of the document; they name each other by index, so that they can recur.
    let nodes: [JSONSchemaNode]

    /// Compiles a schema.
    ///
    /// - Throws: `invalidSchema` with the path of the keyword.
    public init(_ document: JSONValue) throws(JSONError) {
        var compiler = JSONSchemaCompiler()
        nodes = try compiler.compile(document)
    }

    /// What is wrong with a value: the first ten things, or nothing if it is valid.
    public func validate(_ value: JSONValue) -> [JSONSchemaViolation] {
        var validator = JSONSchemaValidator(nodes: nodes)
        validator.validate(value, by: 0, path: "")
        return validator.violations
    }
}

/// What is wrong with a value by a schema.
public struct JSONSchemaViolation: Sendable, Hashable, CustomStringConvertible {
    /// The value's place, as in `payload.targets[2]`; empty for the whole document.
    public let path: String
    /// The keyword that was violated; `limit` if the validation cost too much.
    public let keyword: String
    /// What is wrong, in words.
    public let message: String

    /// `payload.service: expected a string, got a number`
    public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}

/// One schema of a document.
struct JSONSchemaNode: Sendable {
    enum ValueType: String, Sendable, CaseIterable {
        case null, boolean, integer, number, string, array, object
    }

    /// Whether it is the schema `false`, which nothing fulfils.
    var refusesAll = false
    var types: [ValueType]?
    var properties: [String: Int] = [:]
    var required: [String] = []
    var additionalProperties: Int?
    var allowed: [JSONValue]?
    var constant: JSONValue?
    var minimum: JSONValue?
    var maximum: JSONValue?
    var exclusiveMinimum: JSONValue?
    var exclusiveMaximum: JSONValue?
    var minLength: Int?
    var maxLength: Int?
    var pattern: JSONPattern?
    var items: Int?
    var minItems: Int?
    var maxItems: Int?
    var oneOf: [Int] = []
    var anyOf: [Int] = []
    var allOf: [Int] = []
    var not: Int?
    var condition: Int?
    var then: Int?
    var otherwise: Int?
    var reference: Int?
}
