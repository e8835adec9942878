import FoundationEssentials

/// The files of the checkout, as the tests see them.
enum SourceTree {
    /// The folder of Package.swift. This file is ROOT/Tests/TidyTests/SourceTree.swift.
    static let root: String = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        .dropLast(3).joined(separator: "/")

    private static let folders = [
        "Services", "Shared", "Tests", "Examples", "Benchmarks", "Fuzz", "scripts", ".ci", "docs",
        "topics", "config", "runbooks",
    ]
    private static let textExtensions: Set<String> = [
        "swift", "c", "h", "cpp", "modulemap", "md", "yaml", "yml", "json", "txt", "",
    ]

    /// Every text file that is ours: its path from the root, in order.
    static let textFiles: [String] = {
        var files = list("").filter { !$0.contains("/") }
        for folder in folders { files += subpaths(folder).map { "\(folder)/\($0)" } }
        return files.filter { path in
            let name = path.split(separator: "/").last ?? ""
            let parts = name.split(separator: ".", omittingEmptySubsequences: false)
            let fileExtension = parts.count > 1 && !parts[0].isEmpty ? String(parts.last ?? "") : ""
            return textExtensions.contains(fileExtension) && isFile(path) && !isIgnored(path)
        }.sorted()
    }()

    /// Every Swift file, read and scanned.
    static let swiftFiles: [SwiftFile] = textFiles.filter { $0.hasSuffix(".swift") }.compactMap {
        path in text(path).map { SwiftFile(path: path, text: $0) }
    }

    /// The names of the folders directly in `folder`.
    static func subfolders(_ folder: String) -> [String] {
        list(folder).filter { !isFile("\(folder)/\($0)") }.sorted()
    }

    /// The text of a file; `nil` if it is none.
    static func text(_ path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: "\(root)/\(path)") else { return nil }
        return String(data: data, encoding: .utf8)
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(root)/\(path)")
    }

    private static func list(_ folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
    }

    private static func subpaths(_ folder: String) -> [String] {
        (try? FileManager.default.subpathsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
    }

    private static func isFile(_ path: String) -> Bool {
        var isDirectory: Bool = false
        let exists = FileManager.default.fileExists(
            atPath: "\(root)/\(path)", isDirectory: &isDirectory)
        return exists && !isDirectory
    }

    /// What a build or an editor leaves behind.
    private static func isIgnored(_ path: String) -> Bool {
        path == ".git" || path == ".venv.lock"
            || path.split(separator: "/").contains { $0 == ".build" || $0 == "__pycache__" }
    }
}
