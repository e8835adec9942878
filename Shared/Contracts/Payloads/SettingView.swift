/// The settings that one task of a service runs. Key: `settings/<service name>/<partition>`.
public struct SettingView: MessagePayload {
    /// The topic that carries it.
    public static let topic = BusTopic.view
    /// The types that it stands for.
    public static let types = ["setting_view"]

    /// Always `setting_view`.
    public var type: String
    /// The service that runs them: `os-core`, `nervous-system`.
    public var owner: String
    /// The task.
    public var partition: Int
    /// The version that it runs.
    public var version: Int64
    /// `<name>/<service>` to value, where it is not the default.
    public var values: [String: String]

    /// Makes one; what is not given is absent.
    public init(
        type: String = "setting_view",
        owner: String,
        partition: Int,
        version: Int64,
        values: [String: String]
    ) {
        self.type = type
        self.owner = owner
        self.partition = partition
        self.version = version
        self.values = values
    }
}
