public import Streams

/// A log under test: its topics exist, each with as many partitions as asked for, and are empty.
public protocol LogContractEnvironment: AnyObject {
    /// The adapter's member of a group.
    associatedtype Member: GroupMember

    /// A member of `group` named `instance`, which has not joined yet.
    func makeMember(group: String, instance: String) throws -> Member
    /// Appends a record outside any transaction, and returns once it is stored.
    func produce(topic: String, partition: Int32, key: String, value: String?) throws
    /// What a read_committed reader sees of a partition now, from its start to the last stable
    /// offset.
    func read(topic: String, partition: Int32) throws -> [ContractRecord]
    /// Compacts a topic, as far as the log can be told to.
    func compact(topic: String) throws
    /// The session of a member that is gone ends; returns once the group knows or has been told.
    func expire(group: String, instance: String) throws
}

/// A record as a contract looks at it.
public struct ContractRecord: Sendable, Hashable {
    /// The key.
    public let key: String?
    /// The value; nil for a tombstone.
    public let value: String?
    /// The headers, the last of each name.
    public let headers: [String: String]

    /// A record.
    public init(key: String?, value: String?, headers: [String: String]) {
        self.key = key
        self.value = value
        self.headers = headers
    }
}

/// What a log does and must not.
public struct ContractViolation: Error, CustomStringConvertible {
    /// What was expected and what was seen.
    public let description: String

    init(_ description: String) { self.description = description }
}

func expect(_ condition: Bool, _ message: @autoclosure () -> String) throws {
    guard condition else { throw ContractViolation(message()) }
}

func expectEqual<Value: Equatable>(_ seen: Value, _ expected: Value, _ what: String) throws {
    guard seen == expected else {
        throw ContractViolation("\(what): expected \(expected), saw \(seen)")
    }
}
