internal import FoundationEssentials
internal import YAML

/// The folder with the files of the topics: the only place that touches the disk.
struct CatalogFolder {
    let path: String

    /// The names of what is in the folder, sorted.
    func names() throws(TopicProblem) -> [String] {
        do { return try FileManager.default.contentsOfDirectory(atPath: path).sorted() } catch {
            throw TopicProblem(.unreadable, "no such folder, or not readable", at: mark(""))
        }
    }

    /// The content of a file, nil if it cannot be read.
    func bytes(_ name: String) -> [UInt8]? {
        FileManager.default.contents(atPath: "\(path)/\(name)").map { [UInt8]($0) }
    }

    /// The name of a file as messages show it.
    func shown(_ name: String) -> String { name.isEmpty ? path : "\(path)/\(name)" }

    func mark(_ name: String) -> YAMLMark { YAMLMark(file: shown(name), line: 1, column: 1) }
}
