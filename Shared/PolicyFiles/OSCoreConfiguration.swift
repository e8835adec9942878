public import OSCoreDomain

/// What os-core goes by (config/severity.yaml, config/services.yaml).
public struct OSCoreConfiguration: Sendable, Hashable {
    /// How services are judged.
    public var policy: OSCorePolicy
    /// How their metrics are read.
    public var scrape: ScrapePolicy
}
