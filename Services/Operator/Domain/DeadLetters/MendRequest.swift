/// Which letters are mended by a program, and by which.
public struct MendRequest: Sendable, Hashable {
    /// Which letters, how many, and how fast.
    public let replay: ReplayRequest
    /// The program, in the language of jq: from the old message to the new one.
    public let program: String

    /// A request.
    public init(replay: ReplayRequest, program: String) {
        self.replay = replay
        self.program = program
    }
}
