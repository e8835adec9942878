/// A place in a file.
public struct YAMLMark: Sendable, Hashable, CustomStringConvertible {
    /// The file's name as it was given.
    public var file: String
    /// The line, from 1.
    public var line: Int
    /// The column in characters, from 1.
    public var column: Int

    /// Makes a mark.
    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// `topics/x.yaml:12:5`
    public var description: String { "\(file):\(line):\(column)" }
}
