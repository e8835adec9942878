/// Why a file is no recorded series.
public struct SeriesError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The line, from 1; nil if it is about the file as a whole.
    public let line: Int?
    /// What is wrong, and what was expected.
    public let message: String

    /// "line 12: expected a timestamp such as 2014-03-07 03:41:00".
    public var description: String { (line.map { "line \($0): " } ?? "") + message }
}
