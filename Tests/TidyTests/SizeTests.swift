import Testing

/// Files and functions that fit into a head.
@Suite struct SizeTests {
    private static let fileLimitLines = 400
    private static let functionLimitLines = 60

    @Test func `no source file has 400 lines`() {
        let sources = [".swift", ".c", ".h", ".cpp"]
        for path in SourceTree.textFiles where sources.contains(where: { path.hasSuffix($0) }) {
            let count = SourceTree.text(path)?.split(
                separator: "\n", omittingEmptySubsequences: false
            ).count
            #expect((count ?? 0) <= Self.fileLimitLines, "\(path)")
        }
    }

    @Test func `no function has 60 lines`() {
        for file in SourceTree.swiftFiles where file.path != "Package.swift" {
            for function in file.functions {
                #expect(
                    function.lineCount < Self.functionLimitLines, "\(file.path):\(function.line)")
            }
        }
    }
}
