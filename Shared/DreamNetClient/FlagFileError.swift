/// Why a file of flags cannot be used, or not be written.
public struct FlagFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong. More may come.
    public struct Code: Sendable, Hashable {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// There is none.
        public static let missing = Code("missing")
        /// It cannot be read or written, or is no plain file.
        public static let unreadable = Code("unreadable")
        /// Others may write it.
        public static let writableByOthers = Code("writableByOthers")
        /// It holds more than it may.
        public static let tooLarge = Code("tooLarge")
        /// It is not what it should be.
        public static let malformed = Code("malformed")
    }

    /// What is wrong.
    public let code: Code
    /// One line for people, with the path.
    public let description: String

    init(_ code: Code, _ path: String, _ what: String) {
        self.code = code
        description = "\(path): \(what)"
    }
}
