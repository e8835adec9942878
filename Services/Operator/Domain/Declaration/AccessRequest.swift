/// How the rights of writers and readers are to be set.
public struct AccessRequest: Sendable, Hashable {
    /// Whether it is only said what would be done.
    public var isDryRun: Bool
    /// Kafka's `kafka-acls.sh`; nil: the rights of transactional ids are printed as commands.
    public var program: String?
    /// The file that it logs on by.
    public var programConfiguration: String?

    /// A request.
    public init(isDryRun: Bool, program: String? = nil, programConfiguration: String? = nil) {
        self.isDryRun = isDryRun
        self.program = program
        self.programConfiguration = programConfiguration
    }
}
