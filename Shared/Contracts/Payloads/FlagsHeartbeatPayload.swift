/// control-core lives: renewed every 5 s under the key `!heartbeat`, so that a reader knows quiet
/// from cut off.
public struct FlagsHeartbeatPayload: MessagePayload {
    /// The topic that carries it.
    public static let topic = BusTopic.flags
    /// The types that it stands for.
    public static let types = ["flags_heartbeat"]

    /// Always `flags_heartbeat`.
    public var type: String
    /// The version of the flags now.
    public var version: Int64
    /// How often it comes, ms.
    public var intervalMs: Int64

    /// Makes one; what is not given is absent.
    public init(
        type: String = "flags_heartbeat",
        version: Int64,
        intervalMs: Int64
    ) {
        self.type = type
        self.version = version
        self.intervalMs = intervalMs
    }
}
