internal import Contracts
internal import NervousSystemDomain
internal import YAML

/// The files of runbooks/: every `NAME.md` but README.md is a runbook.
struct RunbookFolder {
    static let name = "runbooks"
    private static let runbooksMax = 500

    /// The runbooks that can be read, by name; with those in which something is wrong if it is not
    /// what `read` looks at.
    static func read<Value>(
        _ home: PolicyHome, _ findings: inout Findings,
        _ read: (RunbookFile, inout Findings) -> Value?
    ) -> [(file: RunbookFile, value: Value)] {
        let folder = home.path(of: name)
        let names: [String]
        do {
            names = try SmallFile.names(in: folder)
        } catch {
            findings.fail(
                PolicyProblem(.unreadable, file: folder, "\(error); is the home directory right?"))
            return []
        }
        let files = names.filter { $0.hasSuffix(".md") && $0.lowercased() != "readme.md" }
        guard files.count <= runbooksMax else {
            findings.fail(
                PolicyProblem(
                    .unreadable, file: folder,
                    "\(files.count) runbooks; at most \(runbooksMax) are taken"))
            return []
        }
        return files.compactMap { file in
            guard let runbook = open("\(folder)/\(file)", name: String(file.dropLast(3)), &findings)
            else { return nil }
            return read(runbook, &findings).map { (runbook, $0) }
        }
    }

    private static func open(
        _ path: String, name: String, _ findings: inout Findings
    ) -> RunbookFile? {
        do {
            let bytes = try SmallFile.bytes(path, max: RunbookFile.bytesMax)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                findings.fail(PolicyProblem(.syntax, file: path, "not UTF-8"))
                return nil
            }
            return findings.read { () throws(YAMLError) in
                try RunbookFile(name: name, text: text, path: path)
            }
        } catch {
            findings.fail(PolicyProblem(.unreadable, file: path, "\(error)"))
            return nil
        }
    }
}
