import FoundationEssentials
import TestKit

/// A home folder of a stack's own: topics/ and runbooks/ of the checkout by links, config/ copied,
/// so that a test may change it, and logs/.
package struct StackHome: Sendable {
    package let path: String

    /// Makes one.
    /// - Parameter services: config/services.yaml.
    package init(services: String) throws {
        let id = String(UInt64.random(in: .min ... .max), radix: 36)
        path = FileManager.default.temporaryDirectory.path + "/dreamnet-e2e-\(id)"
        let files = FileManager.default
        try files.createDirectory(atPath: path + "/logs", withIntermediateDirectories: true)
        for folder in ["topics", "runbooks"] {
            try files.createSymbolicLink(
                atPath: path + "/" + folder, withDestinationPath: ProjectPaths.path(folder))
        }
        try files.copyItem(atPath: ProjectPaths.path("config"), toPath: path + "/config")
        try write(services, to: "config/services.yaml")
    }

    /// Writes a file, given from the home folder.
    package func write(_ text: String, to file: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path + "/" + file))
    }

    /// Makes a folder, given from the home folder.
    package func makeFolder(_ folder: String) throws {
        try FileManager.default.createDirectory(
            atPath: path + "/" + folder, withIntermediateDirectories: true)
    }

    /// The text of a file, given from the home folder; nil if there is none.
    package func text(of file: String) -> String? {
        FileManager.default.contents(atPath: path + "/" + file).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// Puts a folder of its own in the place of a link to the checkout's.
    package func copyFolder(_ folder: String) throws {
        let files = FileManager.default
        try files.removeItem(atPath: path + "/" + folder)
        try files.copyItem(atPath: ProjectPaths.path(folder), toPath: path + "/" + folder)
    }

    /// Puts other actions in the place of those that are shipped, and leaves out the runbooks that
    /// run one of these: they would stop the start.
    package func replaceActions(_ text: String) throws {
        try write(text, to: "config/actions.yaml")
        try copyFolder("runbooks")
        let files = FileManager.default
        for file in try files.contentsOfDirectory(atPath: path + "/runbooks")
        where self.text(of: "runbooks/" + file)?.contains("\n    run: ") == true {
            try files.removeItem(atPath: path + "/runbooks/" + file)
        }
    }

    /// Removes everything.
    package func remove() { try? FileManager.default.removeItem(atPath: path) }
}
