/// Several errors of a file, gathered so that its author sees all of them at once.
///
///     var errors = YAMLErrors()
///     let partitions = errors.collect { try map.int("partitions", in: 1...1000) }
///     errors.append(contentsOf: map.unknownKeys())
///     try errors.throwIfAny()
public struct YAMLErrors: Error, Sendable, CustomStringConvertible {
    /// The errors in the order in which they were found.
    public private(set) var errors: [YAMLError] = []

    /// No errors yet.
    public init() {}

    /// Whether there are none.
    public var isEmpty: Bool { errors.isEmpty }

    /// Adds an error.
    public mutating func append(_ error: YAMLError) {
        errors.append(error)
    }

    /// Adds errors.
    public mutating func append(contentsOf others: [YAMLError]) {
        errors.append(contentsOf: others)
    }

    /// What the closure returns, or nil with its error added.
    public mutating func collect<Value>(_ read: () throws(YAMLError) -> Value) -> Value? {
        do {
            return try read()
        } catch {
            errors.append(error)
            return nil
        }
    }

    /// Throws itself if there are errors.
    public func throwIfAny() throws(YAMLErrors) {
        if !errors.isEmpty { throw self }
    }

    /// The errors in the order of the files and lines, one a line.
    public var description: String {
        errors.sorted {
            ($0.mark.file, $0.mark.line, $0.mark.column)
                < ($1.mark.file, $1.mark.line, $1.mark.column)
        }
        .map(\.description).joined(separator: "\n")
    }
}
