/// A flag of one service, or of all: the fold over its holders. Key of the record:
/// `<service>/<flag>`.
public struct FlagPayload: MessagePayload {
    /// The topic that carries it.
    public static let topic = BusTopic.flags
    /// The types that it stands for.
    public static let types = ["flag_state"]

    /// Always `flag_state`.
    public var type: String
    /// The service, or `*` for all.
    public var service: String
    /// The flag.
    public var flag: String
    /// What holds now.
    public var value: FlagValue
    /// Counts up with every change of any flag.
    public var version: Int64
    /// Who holds it; empty: the flag is at rest at its default.
    public var holders: [FlagHold]
    /// Of a flag of all: services that it leaves out.
    public var except: [String]?
    /// When it changed last, Unix ms.
    public var updatedMs: Int64

    /// Makes one; what is not given is absent.
    public init(
        type: String = "flag_state",
        service: String,
        flag: String,
        value: FlagValue,
        version: Int64,
        holders: [FlagHold],
        except: [String]? = nil,
        updatedMs: Int64
    ) {
        self.type = type
        self.service = service
        self.flag = flag
        self.value = value
        self.version = version
        self.holders = holders
        self.except = except
        self.updatedMs = updatedMs
    }
}
