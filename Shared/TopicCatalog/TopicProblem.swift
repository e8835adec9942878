public import YAML

/// Something that is wrong in the folder of topics, and where.
public struct TopicProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of a problem; compare with the static members.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code's name.
        public let description: String

        /// The folder, or a file in it, cannot be read.
        public static let unreadable = Code(description: "unreadable")
        /// A file is no YAML, or a key is missing, unknown or has a wrong value.
        public static let malformed = Code(description: "malformed")
        /// The topic's name breaks the rules, or is not the file's.
        public static let name = Code(description: "name")
        /// Nobody writes it, or somebody writes what is not theirs.
        public static let writers = Code(description: "writers")
        /// Nobody reads it, or somebody reads what is not theirs.
        public static let readers = Code(description: "readers")
        /// It says not what its records are keyed by.
        public static let key = Code(description: "key")
        /// It keeps records for too short a time to be read.
        public static let retention = Code(description: "retention")
        /// A schema is missing, does not compile, or is not of this topic alone.
        public static let schema = Code(description: "schema")
        /// Topics that one service reads side by side differ in their number of partitions.
        public static let partitions = Code(description: "partitions")
        /// A topic's keys cannot wait for a dead letter.
        public static let order = Code(description: "order")
        /// A topic that a service reads has no dead-letter topic, or one that none reads has one.
        public static let deadLetters = Code(description: "dead_letters")
        /// Who a writer or reader is at Kafka is not said, or cannot be.
        public static let principals = Code(description: "principals")
        /// A profile of replication is missing or below its floor.
        public static let profile = Code(description: "profile")
    }

    /// The kind of the problem.
    public let code: Code
    /// Where.
    public let place: YAMLMark
    /// What is wrong.
    public let message: String

    /// A problem.
    public init(_ code: Code, _ message: String, at place: YAMLMark) {
        self.code = code
        self.message = message
        self.place = place
    }

    /// `topics/nervous.alert.yaml:5:1: partitions: missing`
    public var description: String { "\(place): \(message)" }
}

/// All that is wrong in the folder of topics.
public struct TopicCatalogError: Error, Sendable, CustomStringConvertible {
    /// The problems in the order of files and lines.
    public let problems: [TopicProblem]

    /// The problems, one a line.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
