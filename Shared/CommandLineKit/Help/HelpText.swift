/// The help of one command, wrapped to a width.
struct HelpText {
    let path: [ToolCommand]
    let width: Int

    private var command: ToolCommand { path[path.count - 1] }
    private var name: String { path.map(\.name).joined(separator: " ") }

    var text: String {
        var blocks = [wrap(command.summary, indent: 0), block("Usage", usageLines)]
        if !command.discussion.isEmpty {
            let paragraphs = command.discussion.split(separator: "\n")
            blocks.insert(
                paragraphs.map { wrap(String($0), indent: 0) }.joined(separator: "\n"), at: 1)
        }
        blocks += commandBlocks
        if !command.positionals.isEmpty {
            blocks.append(block("Arguments", entries(command.positionals.map(entry))))
        }
        blocks += optionBlocks
        if !examples.isEmpty { blocks.append(block("Examples", exampleLines)) }
        if !command.subcommands.isEmpty {
            blocks.append(wrap("Run '\(name) COMMAND --help' for more about a command.", indent: 0))
        }
        return blocks.joined(separator: "\n\n") + "\n"
    }

    private var usageLines: [String] {
        var lines: [String] = []
        if command.run != nil {
            let needed = command.arguments.filter { $0.isRequired && $0.shape == .option }
            let grouped = Set(command.constraints.flatMap(\.members).map(\.id))
            var words = [name]
            words += command.constraints.map { constraint in
                let members = constraint.members.map(\.usage).joined(separator: " | ")
                return constraint.minimum > 0 ? "(\(members))" : "[\(members)]"
            }
            words += needed.filter { !grouped.contains($0.id) }.map(\.usage)
            words.append("[options]")
            words += command.positionals.filter { !grouped.contains($0.id) }.map {
                $0.isRequired ? $0.usage : "[\($0.usage)]"
            }
            lines.append(wrap(words.joined(separator: " "), indent: 2, hanging: 6))
        }
        if !command.subcommands.isEmpty { lines.append("  \(name) COMMAND [options]") }
        return lines
    }

    private var commandBlocks: [String] {
        let visible = command.subcommands.filter { !$0.isHidden }
        return sections(of: visible, otherwise: "Commands", by: \.section).map { title, commands in
            block(title, entries(commands.map { ($0.name, $0.summary) }))
        }
    }

    private var optionBlocks: [String] {
        let own = command.arguments.filter { $0.shape != .positional }
        let help = [("-h, --help", "Show this help.")]
        var blocks: [String] = []
        for (title, options) in sections(of: own, otherwise: "Options", by: \.section) {
            blocks.append(block(title, entries(options.map(entry))))
        }
        let globals = path.reversed().flatMap(\.globals)
        var hasHelp = false
        for (title, options) in sections(of: globals, otherwise: "Global options", by: \.section) {
            let isMain = title == "Global options"
            hasHelp = hasHelp || isMain
            blocks.append(block(title, entries(options.map(entry) + (isMain ? help : []))))
        }
        if !hasHelp { blocks.append(block("Help", entries(help))) }
        return blocks
    }

    private var exampleLines: [String] {
        examples.map { "  \($0.line)\n" + wrap($0.meaning, indent: 6) }
    }

    /// Its own; of a command that only has others below it, the first of each of them.
    private var examples: [ToolCommand.Example] {
        guard command.examples.isEmpty, name.contains(" ") else { return command.examples }
        return command.subcommands.filter { !$0.isHidden }.compactMap(\.examples.first)
    }

    private func entry(_ argument: ArgumentDefinition) -> (String, String) {
        let short = argument.short.map { "-\($0), " } ?? ""
        var notes: [String] = []
        if argument.shape == .positional, !argument.choices.isEmpty {
            notes.append(Suggestions.list(argument.choices, joiner: "or"))
        }
        if let fallback = argument.defaultText, !fallback.isEmpty {
            notes.append("default: \(fallback)")
        }
        if let environment = argument.environment { notes.append("env: \(environment)") }
        if argument.isRepeated, argument.shape == .option { notes.append("repeatable") }
        if argument.isRequired, argument.shape == .option { notes.append("required") }
        let tail = notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"
        return (short + argument.usage, argument.help + tail)
    }

    /// In the order in which the sections first occur; what has none comes first.
    private func sections<Element>(
        of elements: [Element], otherwise title: String, by section: (Element) -> String?
    ) -> [(String, [Element])] {
        var order: [String] = []
        var grouped: [String: [Element]] = [:]
        for element in elements {
            let key = section(element) ?? title
            if grouped[key] == nil { order.append(key) }
            grouped[key, default: []].append(element)
        }
        if let main = order.firstIndex(of: title) { order.insert(order.remove(at: main), at: 0) }
        return order.map { ($0, grouped[$0] ?? []) }
    }

    private func block(_ title: String, _ lines: [String]) -> String {
        ([title + ":"] + lines).joined(separator: "\n")
    }

    /// Where the explanations begin: one column for the whole help, so that the eye finds it.
    private var column: Int {
        let options = command.arguments + path.flatMap(\.globals)
        let names = command.subcommands.filter { !$0.isHidden }.map(\.name)
        let widest = (options.map { entry($0).0.count } + names.map(\.count)).max() ?? 0
        return min(max(widest, "-h, --help".count) + 4, 30)
    }

    private func entries(_ rows: [(left: String, right: String)]) -> [String] {
        let column = column
        return rows.map { left, right in
            let text = wrap(right, indent: column)
            guard left.count + 4 <= column else { return "  \(left)\n\(text)" }
            let padding = String(repeating: " ", count: column - 2 - left.count)
            return "  \(left)\(padding)\(text.drop { $0 == " " })"
        }
    }

    private func wrap(_ text: String, indent: Int, hanging: Int? = nil) -> String {
        let room = max(width, 40)
        var lines: [String] = []
        var line = String(repeating: " ", count: indent)
        var isFresh = true
        for word in text.split(separator: " ") {
            if !isFresh, line.count + 1 + word.count > room {
                lines.append(line)
                line = String(repeating: " ", count: hanging ?? indent)
                isFresh = true
            }
            line += (isFresh ? "" : " ") + word
            isFresh = false
        }
        return (lines + [line]).joined(separator: "\n")
    }
}
