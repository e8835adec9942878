/// A setting of one service, or of all; written to every partition.
public struct SettingPayload: MessagePayload {
    /// The topic that carries it.
    public static let topic = BusTopic.setting
    /// The types that it stands for.
    public static let types = ["setting_state"]

    /// Always `setting_state`.
    public var type: String
    /// Which setting.
    public var name: SettingName
    /// The service, or `*` for all.
    public var service: String
    /// The value.
    public var value: String
    /// Counts up with every change of any setting.
    public var version: Int64
    /// Who set it.
    public var author: String
    /// Why.
    public var reason: String?
    /// When control-core will set it back, Unix ms.
    public var expiresAt: Int64?
    /// The command that set it.
    public var commandId: String

    /// Makes one; what is not given is absent.
    public init(
        type: String = "setting_state",
        name: SettingName,
        service: String,
        value: String,
        version: Int64,
        author: String,
        reason: String? = nil,
        expiresAt: Int64? = nil,
        commandId: String
    ) {
        self.type = type
        self.name = name
        self.service = service
        self.value = value
        self.version = version
        self.author = author
        self.reason = reason
        self.expiresAt = expiresAt
        self.commandId = commandId
    }
}
