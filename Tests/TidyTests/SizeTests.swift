import Testing

/// Files and functions that fit into a head.
@Suite struct SizeTests {
    private static let fileLimitLines = 400
    private static let functionLimitLines = 60

    @Test func `every source file is shorter than 400 lines`() {
        let sources = [".swift", ".c", ".h", ".cpp"]
        for path in SourceTree.textFiles where sources.contains(where: { path.hasSuffix($0) }) {
            let lineCount = SourceTree.text(path)?.utf8.count { $0 == UInt8(ascii: "\n") } ?? 0
            #expect(lineCount < Self.fileLimitLines, "\(path) has \(lineCount) lines")
        }
    }

    @Test func `every function is shorter than 60 lines`() {
        for file in SourceTree.swiftFiles where file.path != "Package.swift" {
            for function in file.functions {
                #expect(
                    function.lineCount < Self.functionLimitLines, "\(file.path):\(function.line)")
            }
        }
    }
}
