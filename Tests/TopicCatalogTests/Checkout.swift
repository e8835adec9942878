import FoundationEssentials

/// The checkout that the tests were built from, and folders of their own.
enum Checkout {
    /// The folder of Package.swift. This file is ROOT/Tests/TopicCatalogTests/Checkout.swift.
    static let root: String = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        .dropLast(3).joined(separator: "/")

    static let topics = "\(root)/topics"

    static func text(_ path: String) -> String {
        let data = FileManager.default.contents(atPath: "\(root)/\(path)") ?? Data()
        return String(decoding: data, as: UTF8.self)
    }

    /// Lends a copy of topics/ in which files were replaced (nil: taken away).
    static func withTopics<R>(_ changed: [String: String?], _ body: (String) throws -> R) throws
        -> R
    {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "topics-\(UUID().uuidString)")
        try FileManager.default.copyItem(atPath: topics, toPath: folder.path)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in changed {
            let file = folder.appending(path: name)
            if let text {
                try Data(text.utf8).write(to: file)
            } else {
                try FileManager.default.removeItem(at: file)
            }
        }
        return try body(folder.path)
    }
}
