/// Who runs, and which version of the flags it obeys. Key of the record: the service.
public struct HeartbeatPayload: MessagePayload {
    /// The topic that carries it.
    public static let topic = BusTopic.heartbeat
    /// The types that it stands for.
    public static let types = ["subscriber_heartbeat"]

    /// Always `subscriber_heartbeat`.
    public var type: String
    /// The service.
    public var service: String
    /// The instance.
    public var instance: String
    /// The version of the flags that it obeys.
    public var flagsVersion: Int64
    /// True when it has not heard of control-core for too long.
    public var stale: Bool?
    /// The version of the service that the instance runs, as its deployment names it: the image, or
    /// the revision.
    public var serviceVersion: String?

    /// Makes one; what is not given is absent.
    public init(
        type: String = "subscriber_heartbeat",
        service: String,
        instance: String,
        flagsVersion: Int64,
        stale: Bool? = nil,
        serviceVersion: String? = nil
    ) {
        self.type = type
        self.service = service
        self.instance = instance
        self.flagsVersion = flagsVersion
        self.stale = stale
        self.serviceVersion = serviceVersion
    }
}
