extension Tool {
    /// What is wrong with the declaration itself, a sentence each; a tool's tests expect none.
    public func declarationProblems() -> [String] {
        problems(of: root, path: [root.name], inherited: [])
    }

    private func problems(
        of command: ToolCommand, path: [String], inherited: [ArgumentDefinition]
    ) -> [String] {
        let name = path.joined(separator: " ")
        var found: [String] = []
        let options = command.arguments.filter { $0.shape != .positional }
        let visible = options + command.globals + inherited
        for twice in repeated(visible.map(\.id) + command.positionals.map(\.id)) {
            found.append("\(name): \(twice) is declared twice")
        }
        for twice in repeated(visible.compactMap(\.short).map { "-\($0)" }) {
            found.append("\(name): \(twice) is declared twice")
        }
        for twice in repeated(command.subcommands.map(\.name)) {
            found.append("\(name): the command '\(twice)' is declared twice")
        }
        for reserved in visible where reserved.name == "help" || reserved.short == "h" {
            found.append("\(name): --\(reserved.name) takes the place of --help or -h")
        }
        if command.subcommands.isEmpty, command.run == nil {
            found.append("\(name): it has neither subcommands nor something to run")
        }
        if command.globals.contains(where: { $0.shape == .positional }) {
            found.append("\(name): a positional argument cannot be global")
        }
        found += positionalProblems(of: command, name: name)
        let declared = Set((visible + command.positionals).map(\.id))
        for member in command.constraints.flatMap(\.members) where !declared.contains(member.id) {
            found.append("\(name): a constraint names \(member.spelling), which is not declared")
        }
        for next in command.subcommands {
            found += problems(
                of: next, path: path + [next.name], inherited: command.globals + inherited)
        }
        return found
    }

    private func positionalProblems(of command: ToolCommand, name: String) -> [String] {
        let positionals = command.positionals
        var found: [String] = []
        if !positionals.isEmpty, !command.subcommands.isEmpty {
            found.append("\(name): it has both subcommands and positional arguments")
        }
        for (before, after) in zip(positionals, positionals.dropFirst()) {
            if before.isRepeated {
                found.append("\(name): nothing can follow \(before.usage)")
            } else if !before.isRequired, after.isRequired {
                found.append("\(name): \(after.usage) is required after \(before.usage) is not")
            }
        }
        return found
    }

    private func repeated(_ words: [String]) -> [String] {
        var seen: Set<String> = []
        return words.filter { !seen.insert($0).inserted }
    }
}
