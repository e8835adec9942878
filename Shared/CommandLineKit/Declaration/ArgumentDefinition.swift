/// Anything that can stand in a command's list of arguments.
public protocol ArgumentDeclaration: Sendable {
    /// What the parser, the help and the completion need to know.
    var definition: ArgumentDefinition { get }
}

/// An argument without its type: what parsing, help and completion work on.
public struct ArgumentDefinition: Sendable {
    enum Shape: Sendable, Equatable {
        /// `--yes`; an invertible one also takes `--no-yes`.
        case flag(invertible: Bool)
        /// `--service NAME`.
        case option
        /// A word by its position.
        case positional
    }

    let name: String
    let short: Character?
    let shape: Shape
    let placeholder: String
    let help: String
    let section: String?
    let environment: String?
    let isRequired: Bool
    let isRepeated: Bool
    let defaultText: String?
    let choices: [String]
    let completion: CompletionSource
    /// Fails if these texts (all that were given, in order) are not a value of the argument.
    let check: @Sendable ([String]) throws(ValueError) -> Void

    /// Options and positionals are apart: `--service` and a positional `SERVICE` may both exist.
    var id: String { shape == .positional ? "<\(name)>" : "--\(name)" }

    /// How people call it: `--service` or `SERVICE`.
    var spelling: String { shape == .positional ? placeholder : "--\(name)" }

    var isFlag: Bool {
        if case .flag = shape { return true }
        return false
    }

    /// `--service NAME`, `--[no-]colour`, `TOPIC...`: as usage lines show it.
    var usage: String {
        switch shape {
        case .flag(let invertible): return invertible ? "--[no-]\(name)" : "--\(name)"
        case .option: return "--\(name) \(placeholder)"
        case .positional: return isRepeated ? "\(placeholder)..." : placeholder
        }
    }
}
