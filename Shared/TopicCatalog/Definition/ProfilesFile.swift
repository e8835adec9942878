internal import YAML

/// Reads the file with the profiles of replication.
enum ProfilesFile {
    /// The profiles by name, as far as they can be read.
    static func read(
        _ name: String, in folder: CatalogFolder, _ problems: inout [TopicProblem]
    ) -> [String: ReplicationProfile] {
        guard let bytes = folder.bytes(name) else {
            problems.append(TopicProblem(.unreadable, "cannot be read", at: folder.mark(name)))
            return [:]
        }
        var profiles: [String: ReplicationProfile] = [:]
        do throws(YAMLError) {
            let map = try YAML.parse(bytes, file: folder.shown(name)).mapping()
            for (name, mark, field) in map.entries() {
                let profile = try profile(name, field)
                if let problem = profile.problem {
                    problems.append(TopicProblem(.profile, problem, at: mark))
                }
                profiles[name] = profile
            }
        } catch {
            problems.append(TopicProblem(.malformed, error.message, at: error.mark))
        }
        return profiles
    }

    private static func profile(
        _ name: String, _ field: YAMLField
    ) throws(YAMLError) -> ReplicationProfile {
        let map = try field.mapping()
        let profile = ReplicationProfile(
            name: name, replicas: Int16(try map.int("replicas", in: 1...100)),
            minInSync: Int16(try map.int("minInSync", in: 1...100)))
        try map.rejectUnknownKeys()
        return profile
    }
}
