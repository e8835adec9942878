/// How many brokers keep each topic of a deployment.
public struct ReplicationProfile: Sendable, Hashable {
    /// The name in topics/profiles.yaml.
    public let name: String
    /// Copies of each partition.
    public let replicas: Int16
    /// Copies that must have a record before its writer hears that it is safe
    /// (`min.insync.replicas`).
    public let minInSync: Int16

    /// The profile of what people depend on; the only one with a floor.
    public static let production = "production"
    /// The fewest replicas and copies in sync of `production`: one machine may be lost without
    /// losing what was acknowledged, and without stopping the writers.
    public static let productionFloor = (replicas: Int16(3), minInSync: Int16(2))

    /// A profile.
    public init(name: String, replicas: Int16, minInSync: Int16) {
        self.name = name
        self.replicas = replicas
        self.minInSync = minInSync
    }

    /// What is wrong with it; nil if nothing is.
    public var problem: String? {
        if name == Self.production, replicas < Self.productionFloor.replicas {
            return "\(name): \(replicas) replicas; at least \(Self.productionFloor.replicas) are "
                + "needed, so that one machine may be lost"
        }
        if name == Self.production, minInSync < Self.productionFloor.minInSync {
            return "\(name): \(minInSync) in sync; at least \(Self.productionFloor.minInSync) are "
                + "needed, so that what was acknowledged survives the loss of a machine"
        }
        if minInSync > replicas {
            return "\(name): \(minInSync) in sync of \(replicas) replicas can never be"
        }
        return nil
    }
}
