/// One argument of a command: a flag, an option or a positional word, and the type of its value.
///
/// It is declared once, as a constant, listed by the commands that take it, and is then the key
/// that reads its value: `try invocation[Arguments.service]`.
public struct Argument<Output: Sendable>: ArgumentDeclaration {
    /// What the parser, the help and the completion need to know.
    public let definition: ArgumentDefinition
    /// The value of what was given; of nothing, the default.
    let read: @Sendable ([String]) throws(ValueError) -> Output

    private init(
        _ names: Names, shape: ArgumentDefinition.Shape, format: FormatFacts,
        isRequired: Bool = false, isRepeated: Bool = false, defaultText: String? = nil,
        read: @escaping @Sendable ([String]) throws(ValueError) -> Output
    ) {
        self.read = read
        definition = ArgumentDefinition(
            name: names.name, short: names.short, shape: shape, placeholder: format.placeholder,
            help: names.help, section: names.section, environment: names.environment,
            isRequired: isRequired, isRepeated: isRepeated, defaultText: defaultText,
            choices: format.choices, completion: format.completion
        ) { (texts) throws(ValueError) in _ = try read(texts) }
    }
}

/// What every kind of argument is described by.
private struct Names {
    var name: String
    var short: Character?
    var environment: String?
    var section: String?
    var help: String
}

extension Argument where Output == Bool {
    /// `--name` (and `-n`): false unless given.
    public static func flag(
        _ name: String, short: Character? = nil, env: String? = nil, section: String? = nil,
        help: String
    ) -> Argument<Bool> {
        boolean(
            Names(name: name, short: short, environment: env, section: section, help: help),
            fallback: false, invertible: false)
    }

    /// `--name` or `--no-name`; the last one given holds.
    public static func toggle(
        _ name: String, default fallback: Bool, env: String? = nil, section: String? = nil,
        help: String
    ) -> Argument<Bool> {
        boolean(
            Names(name: name, environment: env, section: section, help: help),
            fallback: fallback, invertible: true)
    }

    private static func boolean(
        _ names: Names, fallback: Bool, invertible: Bool
    ) -> Argument<Bool> {
        Argument(
            names, shape: .flag(invertible: invertible), format: ValueFormat.boolean.facts,
            defaultText: invertible ? (fallback ? "on" : "off") : nil
        ) { (texts) throws(ValueError) in
            guard let text = texts.last else { return fallback }
            return try ValueFormat.boolean.parse(text)
        }
    }
}

extension Argument {
    /// `--name VALUE`: nil unless given.
    public static func option<Value>(
        _ name: String, _ format: ValueFormat<Value>, short: Character? = nil, env: String? = nil,
        section: String? = nil, help: String
    ) -> Argument<Value?> where Output == Value? {
        Argument(
            Names(name: name, short: short, environment: env, section: section, help: help),
            shape: .option, format: format.facts
        ) { (texts) throws(ValueError) in
            guard let text = texts.last else { return nil }
            return try format.parse(text)
        }
    }

    /// `--name VALUE` with a default, which the help shows.
    public static func option(
        _ name: String, _ format: ValueFormat<Output>, default fallback: Output,
        short: Character? = nil, env: String? = nil, section: String? = nil, help: String
    ) -> Argument<Output> {
        Argument(
            Names(name: name, short: short, environment: env, section: section, help: help),
            shape: .option, format: format.facts, defaultText: format.describe(fallback)
        ) { (texts) throws(ValueError) in
            guard let text = texts.last else { return fallback }
            return try format.parse(text)
        }
    }

    /// `--name VALUE` that must be given (on the line, in the environment or in a file).
    public static func requiredOption(
        _ name: String, _ format: ValueFormat<Output>, short: Character? = nil,
        env: String? = nil, section: String? = nil, help: String
    ) -> Argument<Output> {
        Argument(
            Names(name: name, short: short, environment: env, section: section, help: help),
            shape: .option, format: format.facts, isRequired: true
        ) { (texts) throws(ValueError) in try format.parse(lastOf: texts) }
    }

    /// `--name VALUE`, as often as wanted. In the environment the values stand between commas.
    public static func repeatedOption<Value>(
        _ name: String, _ format: ValueFormat<Value>, short: Character? = nil, env: String? = nil,
        section: String? = nil, help: String
    ) -> Argument<[Value]> where Output == [Value] {
        Argument(
            Names(name: name, short: short, environment: env, section: section, help: help),
            shape: .option, format: format.facts, isRepeated: true
        ) { (texts) throws(ValueError) in try format.parse(all: texts) }
    }

    /// A word that must be given. The name is what the usage shows, in capitals.
    public static func positional(
        _ name: String, _ format: ValueFormat<Output>, help: String
    ) -> Argument<Output> {
        Argument(
            Names(name: name, help: help), shape: .positional, format: format.named(name),
            isRequired: true
        ) { (texts) throws(ValueError) in try format.parse(lastOf: texts) }
    }

    /// A word that may be left out.
    public static func optionalPositional<Value>(
        _ name: String, _ format: ValueFormat<Value>, help: String
    ) -> Argument<Value?> where Output == Value? {
        Argument(
            Names(name: name, help: help), shape: .positional, format: format.named(name)
        ) { (texts) throws(ValueError) in
            guard let text = texts.last else { return nil }
            return try format.parse(text)
        }
    }

    /// All the words that are left, none or more (with `required`, one or more).
    public static func rest<Value>(
        _ name: String, _ format: ValueFormat<Value>, required: Bool = false, help: String
    ) -> Argument<[Value]> where Output == [Value] {
        Argument(
            Names(name: name, help: help), shape: .positional, format: format.named(name),
            isRequired: required, isRepeated: true
        ) { (texts) throws(ValueError) in try format.parse(all: texts) }
    }
}
