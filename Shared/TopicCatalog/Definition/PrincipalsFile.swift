internal import YAML

/// Reads who the writers and readers are at Kafka.
enum PrincipalsFile {
    /// The identities by actor, as far as they can be read. Each actor has to have one.
    static func read(
        _ name: String, in folder: CatalogFolder, _ problems: inout [TopicProblem]
    ) -> [TopicActor: KafkaIdentity] {
        guard let bytes = folder.bytes(name) else {
            problems.append(TopicProblem(.unreadable, "cannot be read", at: folder.mark(name)))
            return [:]
        }
        var identities: [TopicActor: KafkaIdentity] = [:]
        do throws(YAMLError) {
            let map = try YAML.parse(bytes, file: folder.shown(name)).mapping()
            for actor in TopicActor.allCases {
                identities[actor] = try identity(map.required(actor.rawValue))
            }
            try map.rejectUnknownKeys()
        } catch {
            problems.append(TopicProblem(.principals, error.message, at: error.mark))
        }
        return identities
    }

    private static func identity(_ field: YAMLField) throws(YAMLError) -> KafkaIdentity {
        let map = try field.mapping()
        var principals: [String] = []
        for item in try map.list("principals") {
            let text = try item.string()
            // Kafka reads `User:*` as everybody; whoever means that has said too little.
            guard let colon = text.firstIndex(of: ":"), colon != text.startIndex,
                !text[text.index(after: colon)...].isEmpty, !text.hasSuffix(":*")
            else { throw item.error("expected a name such as User:alice, and not everybody") }
            principals.append(text)
        }
        guard !principals.isEmpty else { throw field.error("principals: nobody") }
        let identity = KafkaIdentity(
            principals: principals, groups: try map.optionalStrings("groups"),
            transactions: try map.optionalStrings("transactions"))
        guard !(identity.groups + identity.transactions).contains("") else {
            throw field.error("an empty name would be all of them")
        }
        try map.rejectUnknownKeys()
        return identity
    }
}
