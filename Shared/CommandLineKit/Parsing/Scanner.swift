/// Reads words one by one: descends into commands, collects what options and positionals are given.
struct Scanner {
    struct Occurrence {
        let definition: ArgumentDefinition
        let text: String
    }

    private(set) var path: [ToolCommand]
    private(set) var occurrences: [Occurrence] = []
    private(set) var positionals: [String] = []
    /// An option that waits for its value.
    private(set) var pending: ArgumentDefinition?
    private(set) var isTerminated = false
    private(set) var wantsVersion = false

    init(root: ToolCommand) { path = [root] }

    var command: ToolCommand { path[path.count - 1] }
    var names: [String] { path.map(\.name) }

    /// The flags and options that count here: the command's own, and the globals of all above.
    var options: [ArgumentDefinition] {
        command.arguments.filter { $0.shape != .positional } + path.reversed().flatMap(\.globals)
    }

    mutating func take(_ word: String) throws(UsageError) {
        let looksLikeOption = !isTerminated && Self.looksLikeOption(word)
        if let option = pending {
            pending = nil
            guard !looksLikeOption else { throw missingValue(option, next: word) }
            occurrences.append(Occurrence(definition: option, text: word))
        } else if !looksLikeOption {
            try takePlain(word)
        } else if word == "--" {
            isTerminated = true
        } else if word.hasPrefix("--") {
            try takeLong(word.dropFirst(2))
        } else {
            try takeShort(word.dropFirst())
        }
    }

    /// The end of the line: an option must not wait any more.
    func finish() throws(UsageError) {
        if let option = pending { throw missingValue(option, next: nil) }
    }

    /// The flag or option with this long name, and whether it is said with `no-`.
    func lookUp(long name: some StringProtocol) -> (definition: ArgumentDefinition, isNo: Bool)? {
        if let option = options.first(where: { $0.name == name }) { return (option, false) }
        guard name.hasPrefix("no-") else { return nil }
        let positive = name.dropFirst(3)
        return options.first { $0.shape == .flag(invertible: true) && $0.name == positive }
            .map { ($0, true) }
    }

    private static func looksLikeOption(_ word: String) -> Bool {
        guard word.hasPrefix("-"), word != "-" else { return false }
        let isNumber = word.dropFirst().first?.isNumber ?? false
        return !isNumber || Double(word) == nil
    }

    private mutating func takePlain(_ word: String) throws(UsageError) {
        guard !command.subcommands.isEmpty, !isTerminated else {
            positionals.append(word)
            return
        }
        guard let next = command.subcommands.first(where: { $0.name == word }) else {
            throw unknownCommand(word)
        }
        path.append(next)
    }

    private mutating func takeLong(_ body: Substring) throws(UsageError) {
        let parts = body.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts.first ?? body
        let value = parts.count == 2 ? String(parts[1]) : nil
        guard let (option, isNo) = lookUp(long: name) else {
            if name == "version", value == nil, path.count == 1 {
                wantsVersion = true
                return
            }
            throw unknownOption("--\(name)")
        }
        guard option.isFlag else {
            if let value {
                occurrences.append(Occurrence(definition: option, text: value))
            } else {
                pending = option
            }
            return
        }
        guard value == nil else {
            throw error(.unexpectedValue, "--\(name.sanitized) takes no value")
        }
        occurrences.append(Occurrence(definition: option, text: isNo ? "false" : "true"))
    }

    /// `-y`, `-yv`, `-n 5`, `-n5`, `-n=5`.
    private mutating func takeShort(_ letters: Substring) throws(UsageError) {
        var rest = letters
        while let letter = rest.popFirst() {
            guard let option = options.first(where: { $0.short == letter }) else {
                throw unknownOption("-\(letter)")
            }
            if option.isFlag {
                occurrences.append(Occurrence(definition: option, text: "true"))
                continue
            }
            if rest.isEmpty {
                pending = option
            } else {
                let value = rest.first == "=" ? rest.dropFirst() : rest
                occurrences.append(Occurrence(definition: option, text: String(value)))
            }
            return
        }
    }

    func error(_ code: UsageError.Code, _ message: String, hint: String? = nil) -> UsageError {
        UsageError(code, path: names, message: message, hint: hint)
    }

    private func missingValue(_ option: ArgumentDefinition, next: String?) -> UsageError {
        let example = "--\(option.name) \(option.placeholder)"
        guard let next else {
            return error(
                .missingValue, "--\(option.name) needs a value", hint: "Write \(example).")
        }
        return error(
            .missingValue, "--\(option.name) needs a value, but '\(next.sanitized)' follows",
            hint: "Write \(example), or --\(option.name)=VALUE if it begins with a dash.")
    }

    private func unknownOption(_ spelled: String) -> UsageError {
        let candidates = options.map { "--\($0.name)" } + ["--help"]
        let isLong = spelled.hasPrefix("--")
        let near = isLong ? Suggestions.nearest(to: spelled, among: candidates) : []
        let message = "unknown option '\(spelled.sanitized)'"
        if near.isEmpty, let owner = owner(of: spelled, below: command, path: names) {
            return error(
                .unknownOption, message,
                hint: "It belongs after the command: \(owner) \(spelled.sanitized).")
        }
        return error(.unknownOption, message + ".\(Suggestions.question(near))")
    }

    /// The first command below that takes this option.
    private func owner(of spelled: String, below: ToolCommand, path: [String]) -> String? {
        for next in below.subcommands {
            let nextPath = path + [next.name]
            let takes = (next.arguments + next.globals).contains {
                "--\($0.name)" == spelled || $0.short.map { "-\($0)" } == spelled
            }
            if takes { return nextPath.joined(separator: " ") }
            if let found = owner(of: spelled, below: next, path: nextPath) { return found }
        }
        return nil
    }

    private func unknownCommand(_ word: String) -> UsageError {
        let visible = command.subcommands.filter { !$0.isHidden }
        var near = Suggestions.nearest(to: word, among: visible.map(\.name))
        if near.isEmpty { near = deeper(word, below: command, path: []) }
        let here = names.joined(separator: " ")
        return error(
            .unknownCommand, "unknown command '\(word.sanitized)'.\(Suggestions.question(near))",
            hint: "Run '\(here) --help' to see the commands.")
    }

    /// `plan` is no command of the tool, but `topics plan` is.
    private func deeper(_ word: String, below: ToolCommand, path: [String]) -> [String] {
        var found: [String] = []
        for next in below.subcommands where !next.isHidden {
            let nextPath = path + [next.name]
            if next.name == word { found.append(nextPath.joined(separator: " ")) }
            found += deeper(word, below: next, path: nextPath)
        }
        return Array(found.prefix(3))
    }
}
