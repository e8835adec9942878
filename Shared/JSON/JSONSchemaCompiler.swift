/// Turns the text of a schema into nodes.
struct JSONSchemaCompiler {
    private static let depthMax = 64

    private var nodes: [JSONSchemaNode] = []
    private var definitions: [String: Int] = [:]
    /// The references, resolved once all definitions are known.
    private var references: [(node: Int, target: String, path: String)] = []

    mutating func compile(_ document: JSONValue) throws(JSONError) -> [JSONSchemaNode] {
        _ = try schema(document, path: "#", depth: 0)
        for (node, target, path) in references {
            if target == "#" {
                nodes[node].reference = 0
                continue
            }
            guard target.hasPrefix("#/$defs/"),
                let definition = definitions[String(target.dropFirst(8))]
            else { throw fault(path, "no such schema: '\(target)'") }
            nodes[node].reference = definition
        }
        return nodes
    }

    private func fault(_ path: String, _ message: String) -> JSONError {
        JSONError(.invalidSchema, message, path: path)
    }

    private mutating func schema(
        _ value: JSONValue, path: String, depth: Int
    ) throws(JSONError) -> Int {
        guard depth < Self.depthMax else { throw fault(path, "schemas are nested too deep") }
        let index = nodes.count
        nodes.append(JSONSchemaNode())
        switch value {
        case .bool(let accepts): nodes[index].refusesAll = !accepts
        case .object(let keywords):
            // Sorted, so that of several mistakes it is always the same that is told.
            for (keyword, content) in keywords.sorted(by: { $0.key < $1.key }) {
                let place = "\(path)/\(keyword)"
                var node = nodes[index]
                let isApplied = try assertion(keyword, content, place, &node)
                nodes[index] = node
                if !isApplied {
                    try applicator(keyword, content, place, index, depth: depth + 1)
                }
            }
            if nodes[index].condition == nil,
                nodes[index].then != nil || nodes[index].otherwise != nil
            {
                throw fault(path, "'then' and 'else' need an 'if'")
            }
        default: throw fault(path, "a schema must be an object or a truth value")
        }
        return index
    }

    /// Takes a keyword that looks at the value itself; false if it is none.
    private func assertion(
        _ keyword: String, _ content: JSONValue, _ path: String, _ node: inout JSONSchemaNode
    ) throws(JSONError) -> Bool {
        switch keyword {
        case "$schema", "$id", "$comment", "title", "description", "default", "examples", "format":
            break
        case "type": node.types = try types(content, path)
        case "required": node.required = try strings(content, path)
        case "enum":
            guard let allowed = content.arrayValue, !allowed.isEmpty else {
                throw fault(path, "must be a list with something in it")
            }
            node.allowed = allowed
        case "const": node.constant = content
        case "minimum": node.minimum = try number(content, path)
        case "maximum": node.maximum = try number(content, path)
        case "exclusiveMinimum": node.exclusiveMinimum = try number(content, path)
        case "exclusiveMaximum": node.exclusiveMaximum = try number(content, path)
        case "minLength": node.minLength = try count(content, path)
        case "maxLength": node.maxLength = try count(content, path)
        case "minItems": node.minItems = try count(content, path)
        case "maxItems": node.maxItems = try count(content, path)
        case "pattern":
            guard let source = content.stringValue else { throw fault(path, "must be a string") }
            do {
                node.pattern = try JSONPattern(source)
            } catch {
                throw fault(path, error.message)
            }
        default: return false
        }
        return true
    }

    /// Takes a keyword that holds schemas.
    private mutating func applicator(
        _ keyword: String, _ content: JSONValue, _ path: String, _ index: Int, depth: Int
    ) throws(JSONError) {
        switch keyword {
        case "properties":
            nodes[index].properties = try named(content, path, depth: depth)
        case "$defs":
            guard path == "#/$defs" else {
                throw fault(path, "definitions stand at the top of a schema")
            }
            definitions = try named(content, path, depth: depth)
        case "additionalProperties":
            nodes[index].additionalProperties = try schema(content, path: path, depth: depth)
        case "items": nodes[index].items = try schema(content, path: path, depth: depth)
        case "not": nodes[index].not = try schema(content, path: path, depth: depth)
        case "if": nodes[index].condition = try schema(content, path: path, depth: depth)
        case "then": nodes[index].then = try schema(content, path: path, depth: depth)
        case "else": nodes[index].otherwise = try schema(content, path: path, depth: depth)
        case "oneOf": nodes[index].oneOf = try list(content, path, depth: depth)
        case "anyOf": nodes[index].anyOf = try list(content, path, depth: depth)
        case "allOf": nodes[index].allOf = try list(content, path, depth: depth)
        case "$ref":
            guard let target = content.stringValue else { throw fault(path, "must be a string") }
            references.append((index, target, path))
        default: throw fault(path, "unknown keyword")
        }
    }

    private mutating func named(
        _ content: JSONValue, _ path: String, depth: Int
    ) throws(JSONError) -> [String: Int] {
        guard let fields = content.objectValue else { throw fault(path, "must be an object") }
        var indices: [String: Int] = [:]
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            indices[name] = try schema(value, path: "\(path)/\(name)", depth: depth)
        }
        return indices
    }

    private mutating func list(
        _ content: JSONValue, _ path: String, depth: Int
    ) throws(JSONError) -> [Int] {
        guard let elements = content.arrayValue, !elements.isEmpty else {
            throw fault(path, "must be a list with something in it")
        }
        var indices: [Int] = []
        for (position, element) in elements.enumerated() {
            indices.append(try schema(element, path: "\(path)/\(position)", depth: depth))
        }
        return indices
    }

    private func types(
        _ content: JSONValue, _ path: String
    ) throws(JSONError) -> [JSONSchemaNode.ValueType] {
        var types: [JSONSchemaNode.ValueType] = []
        let names =
            if let name = content.stringValue { [name] } else { try strings(content, path) }
        for name in names {
            guard let type = JSONSchemaNode.ValueType(rawValue: name) else {
                throw fault(path, "no such type: '\(name)'")
            }
            types.append(type)
        }
        guard !types.isEmpty else { throw fault(path, "must name a type") }
        return types
    }

    private func strings(_ content: JSONValue, _ path: String) throws(JSONError) -> [String] {
        let strings = content.arrayValue?.compactMap(\.stringValue)
        guard let strings, strings.count == content.arrayValue?.count else {
            throw fault(path, "must be a list of strings")
        }
        return strings
    }

    private func number(_ content: JSONValue, _ path: String) throws(JSONError) -> JSONValue {
        guard content.doubleValue != nil else { throw fault(path, "must be a number") }
        return content
    }

    private func count(_ content: JSONValue, _ path: String) throws(JSONError) -> Int {
        guard let value = content.intValue, value >= 0 else {
            throw fault(path, "must be a whole number from 0 on")
        }
        return Int(value)
    }
}
