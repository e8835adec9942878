/// Who a task says it is in the dead letters that it writes.
public struct TaskIdentity: Sendable, Hashable {
    /// The service.
    public let service: String
    /// Its consumer group.
    public let group: String
    /// The version of the program.
    public let version: String

    /// An identity.
    public init(service: String, group: String, version: String) {
        self.service = service
        self.group = group
        self.version = version
    }
}
