/// From words and environment to a result: no I/O but the fallback file that the tool reads itself.
struct Parser {
    let root: ToolCommand
    let version: String
    let environment: [String: String]
    let fallback: Tool.Fallback?
    let helpWidth: Int

    func parse(_ words: [String]) -> ParseResult {
        if words.first == Completer.entry {
            return .complete(Completer(parser: self).request(for: Array(words.dropFirst())))
        }
        if let path = helpPath(words) {
            return .text(HelpText(path: path, width: helpWidth).text)
        }
        var scanner = Scanner(root: root)
        do {
            for word in words {
                try scanner.take(word)
                if scanner.wantsVersion { return .text("\(root.name) \(version)\n") }
            }
            try scanner.finish()
            return .run(try resolve(scanner))
        } catch {
            return .failure(error)
        }
    }

    /// The commands whose help is asked for, by `--help`, `-h` or `help COMMAND...`.
    private func helpPath(_ words: [String]) -> [ToolCommand]? {
        var asked = words.prefix { $0 != "--" }
        let byWord =
            asked.first == "help" && !root.subcommands.isEmpty
            && !root.subcommands.contains { $0.name == "help" }
        guard byWord || asked.contains("--help") || asked.contains("-h") else { return nil }
        if byWord { asked.removeFirst() }
        var scanner = Scanner(root: root)
        for word in asked where word != "--help" && word != "-h" {
            // What is wrong with the rest of the line does not matter to who asks for help.
            try? scanner.take(word)
        }
        return scanner.path
    }

    private func resolve(_ scanner: Scanner) throws(UsageError) -> ParsedCommand {
        guard let run = scanner.command.run else { throw missingCommand(scanner) }
        var values = try lineValues(scanner, isLenient: false)
        try addFallbacks(to: &values, scanner)
        for definition in scanner.command.positionals + scanner.options {
            try check(definition, values, scanner)
        }
        for constraint in scanner.command.constraints {
            if let broken = constraint.check(values) {
                throw scanner.error(broken.code, broken.message)
            }
        }
        return ParsedCommand(path: scanner.names, values: values, run: run)
    }

    private func missingCommand(_ scanner: Scanner) -> UsageError {
        let names = scanner.command.subcommands.filter { !$0.isHidden }.map(\.name)
        let here = scanner.names.joined(separator: " ")
        return scanner.error(
            .missingCommand,
            "a command is missing: \(Suggestions.list(names, joiner: "or"))",
            hint: "Run '\(here) --help' to see what each does.")
    }

    /// What the line itself and the environment say.
    func lineValues(_ scanner: Scanner, isLenient: Bool) throws(UsageError) -> ArgumentValues {
        let options = scanner.options
        let positionals = scanner.command.positionals
        let ids = Set((options + positionals).map(\.id))
        var values = ArgumentValues(path: scanner.names, declared: ids)
        for occurrence in scanner.occurrences {
            let definition = occurrence.definition
            if !ids.contains(definition.id), !isLenient {
                throw scanner.error(.unknownOption, "\(definition.spelling) is not an option of it")
            }
            let before = values.stored[definition.id]?.texts ?? []
            if !before.isEmpty, !definition.isRepeated, !definition.isFlag, !isLenient {
                throw scanner.error(.repeatedOption, "\(definition.spelling) is given twice")
            }
            values.stored[definition.id] = .init(
                texts: before + [occurrence.text], origin: .commandLine)
        }
        var words = scanner.positionals[...]
        for definition in positionals where !words.isEmpty {
            let taken = definition.isRepeated ? words : words.prefix(1)
            words = words.dropFirst(taken.count)
            values.stored[definition.id] = .init(texts: Array(taken), origin: .commandLine)
        }
        if let extra = words.first, !isLenient {
            throw scanner.error(
                .unexpectedArgument, "'\(extra.sanitized)' is one word too many")
        }
        for definition in options where values.stored[definition.id] == nil {
            // An empty variable counts as unset, as shells have no other way to take one back.
            guard let name = definition.environment, let text = environment[name], !text.isEmpty
            else { continue }
            let texts = definition.isRepeated ? text.split(separator: ",").map(String.init) : [text]
            values.stored[definition.id] = .init(texts: texts, origin: .environment(name))
        }
        return values
    }

    /// Adds what the fallback file says of what neither the line nor the environment does.
    func addFallbacks(
        to values: inout ArgumentValues, _ scanner: Scanner
    ) throws(UsageError) {
        guard let fallback else { return }
        let fileValues: [String: FileValue]
        do {
            fileValues = try fallback(values)
        } catch let error as UsageError {
            throw error
        } catch let failure as CommandFailure {
            throw scanner.error(.invalidValue, failure.message.sanitized)
        } catch {
            throw scanner.error(.invalidValue, "\(error)".sanitized)
        }
        for definition in scanner.options where values.stored[definition.id] == nil {
            guard let value = fileValues[definition.name], !value.texts.isEmpty else { continue }
            values.stored[definition.id] = .init(texts: value.texts, origin: .file(value.place))
        }
    }

    private func check(
        _ definition: ArgumentDefinition, _ values: ArgumentValues, _ scanner: Scanner
    ) throws(UsageError) {
        guard let stored = values.stored[definition.id] else {
            guard definition.isRequired else { return }
            let message = "\(definition.usage) is missing"
            let hint = definition.help.isEmpty ? nil : "\(definition.spelling): \(definition.help)"
            throw scanner.error(.missingArgument, message, hint: hint)
        }
        for text in stored.texts {
            do {
                try definition.check([text])
            } catch {
                let place = stored.origin == .commandLine ? "" : " (\(stored.origin))"
                let wrong = (error.text ?? text).sanitized
                throw scanner.error(
                    .invalidValue, "\(definition.spelling)\(place): '\(wrong)' \(error.message)")
            }
        }
    }
}
