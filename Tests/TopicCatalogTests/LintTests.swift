import Testing
import TopicCatalog
import YAML

/// Mistakes in the files of topics, each found with file, line and column.
@Suite struct LintTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        let file: String
        let replaced: String
        let by: String
        let found: String

        init(_ file: String, _ replaced: String, _ by: String, _ found: String) {
            (self.file, self.replaced, self.by, self.found) = (file, replaced, by, found)
        }

        var testDescription: String { "\(replaced) -> \(by)" }
    }

    private static let alert = "nervous.alert.yaml"

    @Test(arguments: [
        Mistake(alert, "partitions: 4", "partitions: 5", "nervous.alert.yaml:7:13: partitions: 5"),
        Mistake(alert, "partitions: 4", "partitions: 0", ":7:13: partitions: expected a whole"),
        Mistake(alert, "partitions: 4\n", "", ":2:1: partitions: missing"),
        Mistake(
            alert, "partitions:", "partitons:", ":7:1: partitons: unknown key; did you mean"),
        Mistake(
            alert, "writers: [os-core, control-core, nervous-system, dreamnet]", "writers: []",
            ":13:10: writers: nobody writes it"),
        Mistake(
            alert, "readers: [incident-core, apps, dreamnet]", "readers: []",
            ":14:10: readers: nobody reads it"),
        Mistake(alert, "[incident-core, apps", "[bob, apps", "expected one of control-core"),
        Mistake(alert, "retention: 30d\n", "", "retention: missing"),
        Mistake(alert, "retention: 30d", "retention: 10m", "under 1h a reader"),
        Mistake(alert, "retention: 30d", "retention: long", "expected a duration"),
        Mistake(alert, "cleanup: delete", "cleanup: compact", "keeps the newest of each key"),
        Mistake(alert, "name: nervous.alert", "name: nervous.Alert", ":2:7: name: expected"),
        Mistake(alert, "name: nervous.alert", "name: nervous.alerts", "should be nervous.alerts"),
        Mistake(alert, "name: nervous.alert", "name: nervous.alert.dlq", "declared by 'deadLett"),
        Mistake(alert, "deadLetter: true\n", "", "needs 'deadLetter: true'"),
        Mistake(alert, "deadLetter: true", "deadLetter: true\norder: keys", "expected one of none"),
        Mistake(
            "nervous.command.yaml", "deadLetter: true", "deadLetter: true\norder: key",
            "order: what waits would wait for ever"),
        Mistake(
            "nervous.heartbeat.yaml", "readers: [dreamnet]", "readers: [dreamnet]\norder: key",
            "order: 'key' needs keys and"),
        Mistake(alert, "schemas/alert.schema.json", "schemas/no.schema.json", "cannot be read"),
        Mistake(
            alert, "schemas/control-event.schema.json", "schemas/alert.schema.json",
            "two of them are for the type 'alert_cleared'"),
        Mistake(
            "nervous.heartbeat.yaml", "readers: [dreamnet]",
            "readers: [dreamnet]\ndeadLetter: true", "no service reads it"),
        Mistake(
            "principals.yaml", "[User:apps]", "[\"User:*\"]",
            "expected a name such as User:alice"),
        Mistake("principals.yaml", "[User:apps]", "[]", "principals: nobody"),
        Mistake("principals.yaml", "operators:", "operator:", "operators: missing"),
        Mistake(
            "principals.yaml", "[nervous-system, notifier]", "[\"\"]", "an empty name would be"),
        Mistake(
            "nervous.ingress.yaml", "- nervous.heartbeat", "- nervous.flag",
            "carries: 'nervous.flag' is no topic"),
        Mistake(
            "nervous.view.yaml", "settings:", "settings:\n  retention.ms: \"1\"",
            "is said by a key of the file's own"),
        Mistake(
            "nervous.os-core.state.yaml", "writers: [os-core]", "writers: [incident-core]",
            "written and read by its service alone"),
        Mistake("profiles.yaml", "replicas: 3", "replicas: 2", ":7:1: production: 2 replicas"),
        Mistake("profiles.yaml", "minInSync: 2", "minInSync: 1", "production: 1 in sync"),
        Mistake("profiles.yaml", "production:", "prod:", "no profile 'production'"),
        Mistake(
            "schemas/alert.schema.json", "\"maxLength\": 256", "\"maxlength\": 256",
            "schemas/alert.schema.json:1:1: #/properties/alertId/maxlength: unknown keyword"),
        Mistake(
            "schemas/alert.schema.json", "\"required\": [", "\"required\": ]",
            "schemas/alert.schema.json:6:1:"),
    ])
    func `are found`(mistake: Mistake) throws {
        let text = Checkout.text("topics/\(mistake.file)")
        let range = try #require(text.firstRange(of: mistake.replaced))
        let changed = text.replacingCharacters(in: range, with: mistake.by)
        let problems = try Checkout.withTopics([mistake.file: changed]) {
            TopicCatalog.lint(directory: $0).map(\.description)
        }
        #expect(problems.contains { $0.contains(mistake.found) }, "\(problems)")
    }

    @Test func `stop the load, all of them told at once`() throws {
        let error = try Checkout.withTopics([
            "nervous.alert.yaml": "name: [", "nervous.view.yaml": "name: nervous.view",
            "profiles.yaml": nil,
        ]) { folder in
            #expect(throws: TopicCatalogError.self) { try TopicCatalog.load(directory: folder) }
        }
        let files = try #require(error).problems.map(\.place.file).map {
            $0.split(separator: "/").last
        }
        #expect(files.starts(with: ["nervous.alert.yaml"]))
        #expect(files.contains("nervous.view.yaml") && files.contains("profiles.yaml"))
    }

    @Test func `a folder that is not there is a problem, not a crash`() {
        let problems = TopicCatalog.lint(directory: "/nowhere/topics")
        #expect(problems.first?.code == .unreadable)
    }
}

extension String {
    /// The text with a range replaced; Foundation's of the same name is not imported.
    fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
        String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
    }
}
