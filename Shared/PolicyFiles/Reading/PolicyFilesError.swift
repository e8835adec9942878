/// All that is wrong in the files that were asked for, so that their author sees it at once.
public struct PolicyFilesError: Error, Sendable, CustomStringConvertible {
    /// The problems, one or more, in the order of the files and their lines.
    public let problems: [PolicyProblem]

    init(_ problems: [PolicyProblem]) {
        self.problems = problems.inFileOrder()
    }

    /// One line a problem.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}

extension [PolicyProblem] {
    func inFileOrder() -> [PolicyProblem] {
        sorted {
            ($0.file, $0.line ?? 0, $0.column ?? 0, $0.message)
                < ($1.file, $1.line ?? 0, $1.column ?? 0, $1.message)
        }
    }
}
