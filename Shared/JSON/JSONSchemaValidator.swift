/// Holds a value against the nodes of a schema.
struct JSONSchemaValidator {
    private typealias Limit = JSONSchema.Limit

    let nodes: [JSONSchemaNode]
    private(set) var violations: [JSONSchemaViolation] = []
    private var depth = 0
    /// Bounds what schemas that try themselves again and again (`anyOf` of `$ref`) can cost.
    private var steps = 0
    private var isExhausted = false

    init(nodes: [JSONSchemaNode]) {
        self.nodes = nodes
    }

    private mutating func report(_ path: String, _ keyword: String, _ message: String) {
        guard violations.count < Limit.violations else { return }
        violations.append(JSONSchemaViolation(path: path, keyword: keyword, message: message))
    }

    mutating func validate(_ value: JSONValue, by index: Int, path: String) {
        guard !isExhausted, violations.count < Limit.violations else { return }
        steps += 1
        guard depth < Limit.depth, steps <= Limit.steps else {
            isExhausted = true
            return report(path, "limit", "the schema is too deep or too costly for this value")
        }
        depth += 1
        defer { depth -= 1 }
        let node = nodes[index]
        if node.refusesAll { report(path, "false", "nothing may stand here") }
        if let types = node.types, !types.contains(where: { value.isOf($0) }) {
            let names = types.map(\.rawValue).joined(separator: " or ")
            return report(path, "type", "expected \(names), got \(value.kindName)")
        }
        checkValues(value, node, path)
        switch value {
        case .int, .double: checkNumber(value, node, path)
        case .string(let text): checkString(text, node, path)
        case .array(let elements): checkArray(elements, node, path)
        case .object(let fields): checkObject(fields, node, path)
        case .null, .bool: break
        }
        checkCombinations(value, node, path)
    }

    /// Whether a value fulfils a schema; what is wrong with it is forgotten.
    private mutating func isValid(_ value: JSONValue, by index: Int) -> Bool {
        let before = violations
        violations = []
        validate(value, by: index, path: "")
        defer { violations = before }
        return violations.isEmpty
    }

    private mutating func checkValues(_ value: JSONValue, _ node: JSONSchemaNode, _ path: String) {
        if let allowed = node.allowed, !allowed.contains(where: { $0.isSame(as: value) }) {
            let names = allowed.prefix(10).map(\.description).joined(separator: ", ")
            report(path, "enum", "expected one of \(names)")
        }
        if let constant = node.constant, !constant.isSame(as: value) {
            report(path, "const", "expected \(constant)")
        }
    }

    private mutating func checkNumber(_ value: JSONValue, _ node: JSONSchemaNode, _ path: String) {
        if let bound = node.minimum, value.isLess(than: bound) {
            report(path, "minimum", "\(value) is less than \(bound)")
        }
        if let bound = node.maximum, bound.isLess(than: value) {
            report(path, "maximum", "\(value) is more than \(bound)")
        }
        if let bound = node.exclusiveMinimum, !bound.isLess(than: value) {
            report(path, "exclusiveMinimum", "\(value) is not more than \(bound)")
        }
        if let bound = node.exclusiveMaximum, !value.isLess(than: bound) {
            report(path, "exclusiveMaximum", "\(value) is not less than \(bound)")
        }
    }

    private mutating func checkString(_ text: String, _ node: JSONSchemaNode, _ path: String) {
        if node.minLength != nil || node.maxLength != nil {
            let length = text.unicodeScalars.count
            if let least = node.minLength, length < least {
                report(path, "minLength", "\(length) characters; at least \(least) are needed")
            }
            if let most = node.maxLength, length > most {
                // Not worth the pattern's time any more.
                return report(path, "maxLength", "\(length) characters; at most \(most) are taken")
            }
        }
        if let pattern = node.pattern, !pattern.matches(text) {
            report(path, "pattern", "\"\(text.prefix(60))\" does not match \(pattern.source)")
        }
    }

    private mutating func checkArray(
        _ elements: [JSONValue], _ node: JSONSchemaNode, _ path: String
    ) {
        if let least = node.minItems, elements.count < least {
            report(path, "minItems", "\(elements.count) elements; at least \(least) are needed")
        }
        if let most = node.maxItems, elements.count > most {
            return report(
                path, "maxItems", "\(elements.count) elements; at most \(most) are taken")
        }
        guard let items = node.items else { return }
        for (position, element) in elements.enumerated() {
            validate(element, by: items, path: "\(path)[\(position)]")
        }
    }

    private mutating func checkObject(
        _ fields: [String: JSONValue], _ node: JSONSchemaNode, _ path: String
    ) {
        let subpath = { (name: String) in path.isEmpty ? name : "\(path).\(name)" }
        for name in node.required where fields[name] == nil {
            report(subpath(name), "required", "missing")
        }
        guard !node.properties.isEmpty || node.additionalProperties != nil else { return }
        // Sorted, so that the same value always gives the same messages.
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            if let property = node.properties[name] {
                validate(value, by: property, path: subpath(name))
            } else if let additional = node.additionalProperties {
                if nodes[additional].refusesAll {
                    report(subpath(name), "additionalProperties", "unknown field")
                } else {
                    validate(value, by: additional, path: subpath(name))
                }
            }
        }
    }

    private mutating func checkCombinations(
        _ value: JSONValue, _ node: JSONSchemaNode, _ path: String
    ) {
        if let reference = node.reference { validate(value, by: reference, path: path) }
        for index in node.allOf { validate(value, by: index, path: path) }
        if !node.anyOf.isEmpty {
            var fits = false
            for index in node.anyOf where !fits { fits = isValid(value, by: index) }
            if !fits { report(path, "anyOf", "fits none of the \(node.anyOf.count) forms") }
        }
        if !node.oneOf.isEmpty {
            var fits = 0
            for index in node.oneOf where isValid(value, by: index) { fits += 1 }
            if fits != 1 {
                report(path, "oneOf", "fits \(fits) of the \(node.oneOf.count) forms, not one")
            }
        }
        if let not = node.not, isValid(value, by: not) {
            report(path, "not", "has a form that is refused")
        }
        if let condition = node.condition {
            let branch = isValid(value, by: condition) ? node.then : node.otherwise
            if let branch { validate(value, by: branch, path: path) }
        }
        // A trial that ran out of steps was forgotten; that the whole did must not be.
        if isExhausted, !violations.contains(where: { $0.keyword == "limit" }) {
            report(path, "limit", "the schema is too deep or too costly for this value")
        }
    }
}

extension JSONValue {
    fileprivate func isOf(_ type: JSONSchemaNode.ValueType) -> Bool {
        switch (type, self) {
        case (.null, .null), (.boolean, .bool), (.string, .string), (.array, .array),
            (.object, .object), (.number, .int), (.number, .double), (.integer, .int):
            true
        case (.integer, .double(let value)): value == value.rounded()
        default: false
        }
    }

    /// Equality as schemas see it: `1` and `1.0` are the same number.
    fileprivate func isSame(as other: JSONValue) -> Bool {
        switch (self, other) {
        case (.int(let whole), .double(let number)), (.double(let number), .int(let whole)):
            Int64(exactly: number) == whole
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.isSame(as: $1) }
        case (.object(let left), .object(let right)):
            left.count == right.count
                && left.allSatisfy { key, value in right[key]?.isSame(as: value) ?? false }
        default: self == other
        }
    }

    fileprivate func isLess(than other: JSONValue) -> Bool {
        if case .int(let left) = self, case .int(let right) = other { return left < right }
        guard let left = doubleValue, let right = other.doubleValue else { return false }
        return left < right
    }
}
