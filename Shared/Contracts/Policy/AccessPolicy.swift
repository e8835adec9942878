/// Who may what (config/access.yaml).
public struct AccessPolicy: Sendable, Hashable {
    /// A person.
    public struct Principal: Sendable, Hashable {
        /// What the person may do.
        public var role: AccessRole
        /// The keys that sign for the person, Ed25519.
        public var publicKeys: [[UInt8]]

        /// A person.
        public init(role: AccessRole, publicKeys: [[UInt8]] = []) {
            self.role = role
            self.publicKeys = publicKeys
        }
    }

    /// The people by name. If there is none, everybody may everything.
    public var principals: [String: Principal]
    /// The keys that sign for services, Ed25519, by name: of this product's, and of others' that
    /// give orders by the ingress.
    public var services: [String: [[UInt8]]]
    /// Whether an order of a person, and a request of a service, has to be signed.
    public var requiresSignatures: Bool
    /// A signed order that is older is refused, ms.
    public var signatureMaxAgeMs: Int64

    /// By default everybody may everything, unsigned: who may write the topic is Kafka's to say.
    public init(
        principals: [String: Principal] = [:], services: [String: [[UInt8]]] = [:],
        requiresSignatures: Bool = false, signatureMaxAgeMs: Int64 = 300_000
    ) {
        self.principals = principals
        self.services = services
        self.requiresSignatures = requiresSignatures
        self.signatureMaxAgeMs = signatureMaxAgeMs
    }

    /// What a person may do.
    public func role(of person: String) -> AccessRole {
        principals.isEmpty ? .commander : principals[person]?.role ?? .viewer
    }
}
