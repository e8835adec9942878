internal import YAML

extension TopicCatalog {
    /// The file with the profiles of replication.
    static let profilesFile = "profiles.yaml"
    /// The file that says who the writers and readers are at Kafka.
    static let principalsFile = "principals.yaml"

    /// Reads and checks a folder of topics.
    ///
    /// - Throws: all that is wrong in it, each with file, line and column.
    public static func load(directory: String) throws(TopicCatalogError) -> TopicCatalog {
        let (catalog, problems) = read(directory: directory)
        guard problems.isEmpty else { throw TopicCatalogError(problems: problems) }
        return catalog
    }

    /// What is wrong in a folder of topics, in the order of files and lines.
    public static func lint(directory: String) -> [TopicProblem] {
        read(directory: directory).problems
    }

    private static func read(directory: String) -> (catalog: TopicCatalog, problems: [TopicProblem])
    {
        let folder = CatalogFolder(path: directory)
        var problems: [TopicProblem] = []
        var definitions: [TopicDefinition] = []
        do throws(TopicProblem) {
            for name in try folder.names() where isTopic(name) {
                if let topic = TopicFile.read(name, in: folder, &problems) {
                    definitions.append(topic)
                }
            }
        } catch {
            return (
                TopicCatalog(declared: [], profiles: [:], schemas: PayloadSchemas([:])), [error]
            )
        }
        let profiles = ProfilesFile.read(profilesFile, in: folder, &problems)
        let identities = PrincipalsFile.read(principalsFile, in: folder, &problems)
        let schemas = PayloadSchemas.read(definitions, in: folder, &problems)
        let catalog = TopicCatalog(
            declared: definitions, profiles: profiles, identities: identities, schemas: schemas)
        problems += catalog.lint()
        return (catalog, problems.sorted { ($0.place, $0.message) < ($1.place, $1.message) })
    }

    private static func isTopic(_ name: String) -> Bool {
        (name.hasSuffix(".yaml") || name.hasSuffix(".yml"))
            && name != profilesFile && name != principalsFile
    }
}

private func < (left: (YAMLMark, String), right: (YAMLMark, String)) -> Bool {
    (left.0.file, left.0.line, left.0.column, left.1)
        < (right.0.file, right.0.line, right.0.column, right.1)
}
