import Testing

/// docs/ARCHITECTURE.md says where everything is, and says nothing that is not so.
@Suite struct DocumentationTests {
    private let architecture = SourceTree.text("docs/ARCHITECTURE.md") ?? ""

    @Test func `every module's folder is named in the architecture`() {
        var folders = SourceTree.subfolders("Shared").map { "Shared/\($0)" }
        folders += SourceTree.subfolders("Shared/CLibraries").map { "Shared/CLibraries/\($0)" }
        for service in SourceTree.subfolders("Services") {
            folders.append("Services/\(service)")
            folders += SourceTree.subfolders("Services/\(service)").map {
                "Services/\(service)/\($0)"
            }
        }
        folders += SourceTree.subfolders("Examples").map { "Examples/\($0)" }
        folders += SourceTree.subfolders("Tests").map { "Tests/\($0)" }.filter {
            !$0.hasSuffix("Tests")
        }
        for folder in folders {
            #expect(architecture.contains("`\(folder)`"), "docs/ARCHITECTURE.md misses `\(folder)`")
        }
    }

    @Test func `the architecture names no path that is not there`() {
        let roots = ["Shared/", "Services/", "Tests/", "Examples/", "scripts/", "docs/"]
        for quoted in architecture.split(separator: "`", omittingEmptySubsequences: false)
            .enumerated().filter({ $0.offset % 2 == 1 }).map(\.element)
        where roots.contains(where: { quoted.hasPrefix($0) })
            && !quoted.contains(where: { " <*".contains($0) })
        {
            #expect(SourceTree.exists(String(quoted)), "`\(quoted)` does not exist")
        }
    }
}
