internal import Contracts
internal import Streams

/// Whether an order comes from who it says, and whether that person may give it.
struct AccessCheck {
    /// A record as it was read.
    struct Source {
        let key: [UInt8]
        let value: [UInt8]
        /// The signature, if there is one.
        let signature: [UInt8]?
        /// Whether it came by the topic that people write.
        let isFromPeople: Bool
        let ts: Int64
        /// When the broker took it, Unix ms.
        let brokerMs: Int64
    }

    let policy: AccessPolicy

    /// A signature that is there has to be right, whether one is required or not. One made for the
    /// ingress is kept by it, and is one over what it writes to `nervous.request`.
    func checkSignature(
        of role: Role, author: String, isBreakGlass: Bool = false, _ source: Source
    ) throws(OrderRefusal) {
        let who = String(author.prefix(64))
        guard let signature = source.signature else {
            guard !policy.requiresSignatures else {
                throw OrderRefusal(.notAllowed, "signature: missing; orders have to be signed")
            }
            return
        }
        let keys = self.keys(of: role, author)
        // Without any key on file a signature says nothing, and none is required.
        // An order of the past has to come from a key that is known, where any person is.
        guard
            !keys.isEmpty || policy.requiresSignatures
                || isBreakGlass && !policy.principals.isEmpty
        else { return }
        guard
            CommandSignature.verify(
                signature, topic: source.isFromPeople ? .command : .request, key: source.key,
                value: source.value, publicKeys: keys)
        else {
            throw OrderRefusal(.notAllowed, "signature: not one of \(who)")
        }
        // One that was given while Kafka was away is old; its id is good for one time all the same.
        guard !isBreakGlass else { return }
        let ageMs = source.brokerMs - source.ts
        guard ageMs <= policy.signatureMaxAgeMs else {
            throw OrderRefusal(
                .stale,
                "signature: \(ageMs / 1000) s old, above \(policy.signatureMaxAgeMs / 1000) s")
        }
    }

    private func keys(of role: Role, _ author: String) -> [[UInt8]] {
        if role == .operator { return policy.principals[author]?.publicKeys ?? [] }
        let name =
            author.hasPrefix(Actor.servicePrefix)
            ? String(author.dropFirst(Actor.servicePrefix.count)) : author
        return policy.services[name] ?? []
    }

    /// People give orders if config/access.yaml lets them.
    func checkRole(of actor: Actor) throws(OrderRefusal) {
        guard actor.isPerson, policy.role(of: actor.author) == .viewer else { return }
        throw OrderRefusal(
            .notAllowed,
            policy.principals[actor.author] == nil
                ? "config/access.yaml does not name \(actor.author)" : "\(actor.author) is a viewer"
        )
    }

    /// Whether `actor` may run, approve, settle or take back an action.
    func check(_ actor: Actor, may definition: ActionDefinition) throws(OrderRefusal) {
        let role = actor.isPerson ? policy.role(of: actor.author) : .automation
        let isEnough =
            definition.roles.contains(role)
            || role == .commander && definition.roles.contains(.responder)
        guard isEnough else {
            throw OrderRefusal(
                .notAllowed,
                "\(definition.name) is for "
                    + definition.roles.map(\.rawValue).sorted().joined(separator: ", ")
                    + "; \(actor.author) is \(role.rawValue)")
        }
    }
}
