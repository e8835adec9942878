/// Why a child process could not be started.
public struct ChildProcessError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The name of the code, for people and logs.
        public let description: String

        /// There is no such program, or no such working directory.
        public static let notFound = Code(description: "notFound")
        /// The program may not be executed.
        public static let notPermitted = Code(description: "notPermitted")
        /// An argument, a variable or a path holds a NUL character.
        public static let invalidArgument = Code(description: "invalidArgument")
        /// The system refused a resource: processes, descriptors, memory, a file.
        public static let system = Code(description: "system")
    }

    /// What went wrong; policy reads this, never the message.
    public let code: Code
    /// A sentence for people.
    public let message: String
    /// The `errno` of the call that failed; 0 if none did.
    public let errorNumber: Int32

    /// Makes an error.
    public init(code: Code, message: String, errorNumber: Int32 = 0) {
        self.code = code
        self.message = message
        self.errorNumber = errorNumber
    }

    /// The message with its code.
    public var description: String { "\(message) (\(code))" }
}
