import FoundationEssentials

/// A home directory with the given files, removed when it goes out of use.
final class TemporaryHome {
    let path: String

    init(_ files: [String: String]) throws {
        path = FileManager.default.temporaryDirectory.path + "/policy-\(UUID().uuidString)"
        for folder in ["config", "runbooks"] {
            try FileManager.default.createDirectory(
                atPath: "\(path)/\(folder)", withIntermediateDirectories: true)
        }
        for (name, text) in files { try write(Array(text.utf8), to: name) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    }

    /// `text` with the home directory left out, so that it can be compared.
    func relative(_ text: String) -> String { text.replacing("\(path)/", with: "") }

    /// The checkout that the tests were built from.
    static let checkout: String = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        .dropLast(3).joined(separator: "/")
}
