/// A shell asks how a line could go on.
public struct CompletionRequest: Sendable {
    /// What is typed of the value so far.
    public let prefix: String
    /// What the line, the environment and the fallback file say already (such as `--bootstrap`).
    public let values: ArgumentValues
    /// The environment that the tool was started with.
    public let environment: [String: String]
    /// What stands before the value in the same word: `--service=`.
    let lead: String
    let source: CompletionSource
    let candidates: [CompletionCandidate]

    /// No more lines than a person can look at.
    private static let maximumCandidates = 1_000

    /// The proposals, each a whole word that begins as the line's last one does.
    public func candidates() async -> [CompletionCandidate] {
        var found = candidates
        switch source {
        case .none: break
        case .words(let words): found += words.map { CompletionCandidate($0) }
        case .files: return [.files]
        case .dynamic(let values): found += await values(self)
        }
        var kept: [CompletionCandidate] = []
        for candidate in found where candidate.word.hasPrefix(prefix) {
            // Names come from messages, too: one that the terminal could obey is not proposed.
            guard !candidate.word.isEmpty, candidate.word.sanitized == candidate.word else {
                continue
            }
            kept.append(CompletionCandidate(lead + candidate.word, help: candidate.help.sanitized))
            if kept.count == Self.maximumCandidates { break }
        }
        return kept
    }
}
