public import Contracts
internal import JSON

/// The file of `dreamnet agent`: the flags as they are now for one service, for a program that
/// knows no Kafka.
public struct AgentDocument: Sendable, Hashable, Encodable {
    /// Written at least this often, ms: an older file is of an agent that is gone.
    public static let renewMs: Int64 = 5_000
    private static let known = [
        FlagRules.safeMode, FlagRules.toolUse, FlagRules.externalCalls, FlagRules.writeDrain,
        FlagRules.killSwitch, FlagRules.emergency, FlagRules.rateLimit, FlagRules.autoscale,
    ]

    /// Which form this is.
    public let format = "dreamnet-agent-1"
    /// The service.
    public let service: String
    /// `READY`, `STALE` or `ERROR`.
    public let status: String
    /// Why it is not `READY`.
    public let reason: String?
    /// The version of the flags.
    public let version: Int64
    /// When control-core was heard of last, Unix ms.
    public let heardMs: Int64?
    /// The ids of orders that are obeyed by break-glass, and not known to the bus yet.
    public let localOrders: [String]?
    /// What speaks against the break-glass file.
    public let breakGlassTrouble: String?
    /// When this was written, Unix ms.
    public var writtenMs: Int64
    /// What holds. Those that nobody has ever set are there at rest.
    public let flags: [String: FlagValue]

    private enum CodingKeys: String, CodingKey {
        case format, service, status, reason, version, heardMs, localOrders, breakGlassTrouble
        case writtenMs, flags
    }

    /// The document of what a subscriber knows.
    public init(
        service: String, status: String, reason: String?, version: Int64, heardMs: Int64?,
        localOrders: [String] = [], breakGlassTrouble: String? = nil, writtenMs: Int64,
        values: [String: FlagValue]
    ) {
        self.service = service
        self.status = status
        self.reason = reason
        self.version = version
        self.heardMs = heardMs
        self.localOrders = localOrders.isEmpty ? nil : localOrders
        self.breakGlassTrouble = breakGlassTrouble
        self.writtenMs = writtenMs
        var flags = values
        for name in Self.known where flags[name] == nil { flags[name] = FlagRules.rest(name) }
        self.flags = flags
    }

    /// Whether it says anything else than `other`, or is due to be renewed.
    public func replaces(_ other: AgentDocument?) -> Bool {
        guard var other else { return true }
        guard writtenMs - other.writtenMs < Self.renewMs else { return true }
        other.writtenMs = writtenMs
        return self != other
    }

    /// The bytes of the file.
    public func serialized() throws -> [UInt8] { Array(try JSONText.document(self).utf8) }
}
