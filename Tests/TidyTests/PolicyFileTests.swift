import Testing
import YAML

/// Files that are data parse; what they mean is checked by the modules that read them.
@Suite struct PolicyFileTests {
    @Test func `every YAML file parses`() {
        for path in SourceTree.textFiles where path.hasSuffix(".yaml") || path.hasSuffix(".yml") {
            #expect(throws: Never.self, "\(path)") {
                try YAML.parse(SourceTree.text(path) ?? "", file: path)
            }
        }
    }
}
