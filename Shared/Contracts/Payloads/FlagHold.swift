/// Who set a flag to what, and until when.
public struct FlagHold: Codable, Sendable, Hashable {
    /// `person/<name>`, `incident/<id>`, `service/<name>` or `environment/<instance>`.
    public var holder: String
    /// The value that this holder wants.
    public var value: FlagValue
    /// Who ordered it.
    public var author: String
    /// Why.
    public var reason: String?
    /// Since when, Unix ms.
    public var sinceMs: Int64
    /// Until when, Unix ms; absent: until released.
    public var expiresAt: Int64?
    /// Of a flag of all: services that this hold leaves out.
    public var except: [String]?
    /// The command or request that set it.
    public var commandId: String

    /// Makes one; what is not given is absent.
    public init(
        holder: String,
        value: FlagValue,
        author: String,
        reason: String? = nil,
        sinceMs: Int64,
        expiresAt: Int64? = nil,
        except: [String]? = nil,
        commandId: String
    ) {
        self.holder = holder
        self.value = value
        self.author = author
        self.reason = reason
        self.sinceMs = sinceMs
        self.expiresAt = expiresAt
        self.except = except
        self.commandId = commandId
    }
}
