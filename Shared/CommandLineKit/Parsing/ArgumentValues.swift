/// Where a value came from. The line outweighs the environment, that the file, that the default.
public enum ValueOrigin: Sendable, Equatable, CustomStringConvertible {
    /// It was typed.
    case commandLine
    /// The environment variable of this name.
    case environment(String)
    /// A file, as "path:line".
    case file(String)
    /// The declaration's own.
    case `default`

    /// For the help of the person who wonders: "environment variable DREAMNET_PROFILE".
    public var description: String {
        switch self {
        case .commandLine: "command line"
        case .environment(let name): "environment variable \(name)"
        case .file(let place): place
        case .default: "default"
        }
    }
}

/// A value that a configuration file has for an option.
public struct FileValue: Sendable {
    /// The texts as they would stand on the line.
    public let texts: [String]
    let place: String

    /// The texts as they would stand on the line, and where they stand ("path:line").
    public init(_ texts: [String], place: String) {
        self.texts = texts
        self.place = place
    }
}

/// What the arguments of a command are, and where each comes from.
public struct ArgumentValues: Sendable {
    struct Stored: Sendable {
        var texts: [String]
        var origin: ValueOrigin
    }

    let path: [String]
    let declared: Set<String>
    var stored: [String: Stored] = [:]

    /// The value of an argument. It fails only if the command does not declare that argument, or,
    /// while a line is being completed, if it is not there yet.
    public subscript<Output>(_ argument: Argument<Output>) -> Output {
        get throws {
            let definition = argument.definition
            guard declared.contains(definition.id) else {
                let name = path.joined(separator: " ")
                throw CommandFailure(
                    "'\(name)' reads \(definition.spelling) but does not declare it")
            }
            return try argument.read(stored[definition.id]?.texts ?? [])
        }
    }

    /// Where the value came from; nil if there is neither a value nor a default.
    public func origin(of argument: any ArgumentDeclaration) -> ValueOrigin? {
        if let origin = stored[argument.definition.id]?.origin { return origin }
        let definition = argument.definition
        return definition.defaultText != nil || definition.isFlag ? .default : nil
    }

    /// A flag that says no is not given.
    func isGiven(_ definition: ArgumentDefinition) -> Bool {
        guard let texts = stored[definition.id]?.texts, let last = texts.last else { return false }
        guard definition.isFlag else { return true }
        return (try? ValueFormat.boolean.parse(last)) ?? false
    }
}
