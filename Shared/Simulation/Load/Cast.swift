/// Who is in the play: few services, so that a short run sees each of them often.
enum Cast {
    static let authors = ["alice", "bob", "carol"]
    /// Services, with what the automation may do to them.
    static let services = ["checkout", "search", "ledger"]
    static let instances = ["0", "1"]
    static let modules = ["citadel", "scanner"]
    static let producers = (0..<5).map { "producer-\($0)" }
}
