/// How a text becomes a value: its placeholder in the help, its choices, and its completion.
public struct ValueFormat<Value: Sendable>: Sendable {
    let facts: FormatFacts
    let parse: @Sendable (String) throws(ValueError) -> Value
    let describe: @Sendable (Value) -> String

    /// A format of one's own. `parse` throws a `ValueError` that completes the sentence
    /// "'TEXT' ...", such as "is not a port".
    public init(
        placeholder: String, choices: [String] = [],
        describe: @escaping @Sendable (Value) -> String = { "\($0)" },
        parse: @escaping @Sendable (String) throws(ValueError) -> Value
    ) {
        facts = FormatFacts(
            placeholder: placeholder, choices: choices,
            completion: choices.isEmpty ? .none : .words(choices))
        self.parse = parse
        self.describe = describe
    }

    private init(copying other: ValueFormat, facts: FormatFacts) {
        self.facts = facts
        parse = other.parse
        describe = other.describe
    }

    /// The same format with another placeholder: `.string.shown(as: "NAME")`.
    public func shown(as placeholder: String) -> ValueFormat {
        var facts = facts
        facts.placeholder = placeholder
        return ValueFormat(copying: self, facts: facts)
    }

    /// The same format completed by the shell with what `values` answers. It sees what is on the
    /// line so far, should answer within half a second, and answers nothing when it cannot.
    public func completed(
        by values: @escaping @Sendable (CompletionRequest) async -> [CompletionCandidate]
    ) -> ValueFormat {
        var facts = facts
        facts.completion = .dynamic(values)
        return ValueFormat(copying: self, facts: facts)
    }

    /// The same format completed with paths of files.
    public func completedByFiles() -> ValueFormat {
        var facts = facts
        facts.completion = .files
        return ValueFormat(copying: self, facts: facts)
    }

    func named(_ name: String) -> FormatFacts {
        var facts = facts
        facts.placeholder = name.uppercased()
        return facts
    }

    func parse(lastOf texts: [String]) throws(ValueError) -> Value {
        guard let text = texts.last else { throw ValueError("is missing") }
        return try parse(text)
    }

    func parse(all texts: [String]) throws(ValueError) -> [Value] {
        var values: [Value] = []
        for text in texts { values.append(try parse(text)) }
        return values
    }
}

/// The part of a format that does not depend on its type.
struct FormatFacts: Sendable {
    var placeholder: String
    var choices: [String] = []
    var completion: CompletionSource = .none
}

/// Why a text is not a value: completes the sentence "'TEXT' ...".
public struct ValueError: Error, Sendable, Equatable {
    /// Such as "is not a duration such as 250ms, 30s, 5m or 2h".
    public let message: String
    /// The text that is wrong, if it is not all of what was given.
    public let text: String?

    /// An error whose message completes the sentence "'TEXT' ...".
    public init(_ message: String, text: String? = nil) {
        self.message = message
        self.text = text
    }
}
