/// Finds out what a shell's proposals are to be, from the words before the cursor.
struct Completer {
    /// The hidden first word by which the completion scripts call the tool.
    static let entry = "__complete"

    let parser: Parser

    /// - Parameter words: `--`, then the line's words without the tool's name; the last one is the
    ///   one to complete, and may be empty.
    func request(for words: [String]) -> CompletionRequest {
        var words = words[...]
        if words.first == "--" { words = words.dropFirst() }
        let current = words.popLast() ?? ""
        var scanner = Scanner(root: parser.root)
        for word in words {
            // What is wrong before the cursor is said when the line is run.
            try? scanner.take(word)
        }
        if let option = scanner.pending {
            return request(scanner, prefix: current, source: option.completion)
        }
        guard !scanner.isTerminated, current.hasPrefix("-") else {
            return plain(scanner, current)
        }
        if let equals = current.firstIndex(of: "="), current.hasPrefix("--") {
            let name = current[..<equals].dropFirst(2)
            let source = scanner.lookUp(long: name)?.definition.completion ?? .none
            return request(
                scanner, lead: String(current[...equals]),
                prefix: String(current[current.index(after: equals)...]), source: source)
        }
        return request(scanner, prefix: current, candidates: optionCandidates(scanner))
    }

    private func plain(_ scanner: Scanner, _ current: String) -> CompletionRequest {
        if !scanner.command.subcommands.isEmpty {
            let visible = scanner.command.subcommands.filter { !$0.isHidden }
            let candidates = visible.map { CompletionCandidate($0.name, help: $0.summary) }
            return request(scanner, prefix: current, candidates: candidates)
        }
        let positionals = scanner.command.positionals
        let index = scanner.positionals.count
        let next = index < positionals.count ? positionals[index] : positionals.last
        guard let next, index < positionals.count || next.isRepeated else {
            return request(scanner, prefix: current)
        }
        return request(scanner, prefix: current, source: next.completion)
    }

    private func optionCandidates(_ scanner: Scanner) -> [CompletionCandidate] {
        let given = Set(scanner.occurrences.map(\.definition.id))
        var candidates: [CompletionCandidate] = []
        for option in scanner.options where option.isRepeated || !given.contains(option.id) {
            candidates.append(CompletionCandidate("--\(option.name)", help: option.help))
            if option.shape == .flag(invertible: true) {
                candidates.append(CompletionCandidate("--no-\(option.name)", help: option.help))
            }
        }
        candidates.append(CompletionCandidate("--help", help: "Show this help."))
        return candidates
    }

    private func request(
        _ scanner: Scanner, lead: String = "", prefix: String, source: CompletionSource = .none,
        candidates: [CompletionCandidate] = []
    ) -> CompletionRequest {
        var values =
            (try? parser.lineValues(scanner, isLenient: true))
            ?? ArgumentValues(path: scanner.names, declared: [])
        // What is wrong with the file is said once the line is run.
        try? parser.addFallbacks(to: &values, scanner)
        return CompletionRequest(
            prefix: prefix, values: values, environment: parser.environment, lead: lead,
            source: source, candidates: candidates)
    }
}
