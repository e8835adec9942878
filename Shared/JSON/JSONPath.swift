/// The way from the root to a value, kept as a chain so that going down copies nothing.
final class JSONPath: Sendable {
    private enum Step {
        case root(String)
        case key(String)
        case index(Int)
    }

    private let parent: JSONPath?
    private let step: Step

    init(root: String) {
        parent = nil
        step = .root(root)
    }

    private init(parent: JSONPath, step: Step) {
        self.parent = parent
        self.step = step
    }

    func appending(_ key: some CodingKey) -> JSONPath {
        JSONPath(parent: self, step: .key(key.stringValue))
    }

    func appending(index: Int) -> JSONPath {
        JSONPath(parent: self, step: .index(index))
    }

    /// What the root is called in messages.
    var root: String {
        if case .root(let name) = step { name } else { parent?.root ?? "" }
    }

    /// The path as the standard library's errors want it; the root is left out.
    var codingPath: [any CodingKey] {
        var keys: [any CodingKey] = []
        var node: JSONPath? = self
        while let current = node {
            switch current.step {
            case .root: break
            case .key(let name): keys.append(JSONKey(name))
            case .index(let index): keys.append(JSONKey(index: index))
            }
            node = current.parent
        }
        return keys.reversed()
    }

    /// `root.payload.targets[2]`
    static func text(_ codingPath: [any CodingKey], root: String) -> String {
        var text = root
        for key in codingPath {
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += text.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
        return text
    }
}

/// A coding key that is any name or index.
struct JSONKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(_ name: String) {
        stringValue = name
        intValue = nil
    }

    init(index: Int) {
        stringValue = "\(index)"
        intValue = index
    }

    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { self.init(index: intValue) }
}

extension JSONError {
    init(decoding error: any Error, root: String) {
        switch error {
        case let error as JSONError: self = error
        case DecodingError.keyNotFound(let key, let context):
            self.init(
                .missingField, "missing",
                path: JSONPath.text(context.codingPath + [key], root: root))
        case DecodingError.valueNotFound(_, let context):
            self.init(
                .missingField, context.debugDescription,
                path: JSONPath.text(context.codingPath, root: root))
        case DecodingError.typeMismatch(_, let context):
            self.init(
                .typeMismatch, context.debugDescription,
                path: JSONPath.text(context.codingPath, root: root))
        case DecodingError.dataCorrupted(let context):
            self.init(
                .invalidValue, context.debugDescription,
                path: JSONPath.text(context.codingPath, root: root), cause: context.underlyingError)
        default: self.init(.invalidValue, "\(error)", path: root, cause: error)
        }
    }

    init(encoding error: any Error) {
        switch error {
        case let error as JSONError: self = error
        case EncodingError.invalidValue(_, let context):
            self.init(
                .invalidValue, context.debugDescription,
                path: JSONPath.text(context.codingPath, root: ""), cause: context.underlyingError)
        default: self.init(.invalidValue, "\(error)", cause: error)
        }
    }
}
