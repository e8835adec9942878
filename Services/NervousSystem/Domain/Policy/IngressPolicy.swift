/// What the router goes by.
public struct IngressPolicy: Sendable, Hashable {
    /// How long ids are remembered, ms; an older message is not taken.
    public var rememberMs: Int64
    /// How many ids a task remembers; the oldest are forgotten first.
    public var idsMax: Int
    /// How far `ts` may be ahead of the broker's clock, ms.
    public var futureToleranceMs: Int64
    /// Largest message, in bytes.
    public var bytesMax: Int

    /// The defaults of the project.
    public init(
        rememberMs: Int64 = 24 * 3_600_000, idsMax: Int = 100_000,
        futureToleranceMs: Int64 = 30_000, bytesMax: Int = 256 * 1024
    ) {
        self.rememberMs = rememberMs
        self.idsMax = idsMax
        self.futureToleranceMs = futureToleranceMs
        self.bytesMax = bytesMax
    }
}
