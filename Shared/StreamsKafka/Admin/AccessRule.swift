/// A rule of the broker's authorizer: who may, or may not, do what to which resource.
public struct AccessRule: Sendable, Hashable {
    /// A kind of resource.
    public enum Resource: String, Sendable, Hashable {
        /// A topic.
        case topic
        /// A consumer group.
        case group
        /// The cluster.
        case cluster
        /// A transactional id. The library (2.0.2) has no name for it: rules of the other kinds that
        /// it does not know (delegation tokens, users) are read as this as well, and none is made.
        case transactionalID = "transactional-id"
    }

    /// Which resources of the kind.
    public enum Pattern: String, Sendable, Hashable {
        /// The one of that name; `*` is all of them.
        case literal
        /// Those whose names begin so.
        case prefixed
    }

    /// What is done.
    public enum Operation: String, Sendable, Hashable {
        /// Kafka's operations, by its names.
        case all, read, write, create, delete, alter, describe
        case clusterAction = "cluster-action"
        case describeConfigs = "describe-configs"
        case alterConfigs = "alter-configs"
        case idempotentWrite = "idempotent-write"
        /// One that the library does not know.
        case unknown
    }

    /// The kind of the resource.
    public var resource: Resource
    /// Its name in the cluster, with the deployment's prefix.
    public var name: String
    /// What the name stands for.
    public var pattern: Pattern
    /// Who, such as `User:alice`.
    public var principal: String
    /// From where; `*` is from everywhere.
    public var host: String
    /// What it is about.
    public var operation: Operation
    /// Whether it allows; else it denies, and wins over all that allow.
    public var isAllowed: Bool

    /// A rule.
    public init(
        _ resource: Resource, _ name: String, pattern: Pattern = .literal, principal: String,
        host: String = "*", operation: Operation, isAllowed: Bool = true
    ) {
        self.resource = resource
        self.name = name
        self.pattern = pattern
        self.principal = principal
        self.host = host
        self.operation = operation
        self.isAllowed = isAllowed
    }
}
