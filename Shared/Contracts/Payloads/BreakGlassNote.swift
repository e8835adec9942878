/// That an order was given on a machine that could not reach Kafka, and what its author knew.
public struct BreakGlassNote: Codable, Sendable, Hashable {
    /// The machine.
    public var host: String
    /// The version of the flags that were known there; absent: the order's `ts` is compared.
    public var baseVersion: Int64?

    /// A note.
    public init(host: String, baseVersion: Int64? = nil) {
        self.host = host
        self.baseVersion = baseVersion
    }
}
