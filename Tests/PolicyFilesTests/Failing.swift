import PolicyFiles
import Testing

/// The problems, one line each, that loading from a home directory with `files` gives.
func problems<Value>(
    _ files: [String: String],
    _ load: (PolicyDirectory) throws(PolicyFilesError) -> Loaded<Value>
) throws -> [String] {
    let home = try TemporaryHome(files)
    do {
        _ = try load(PolicyDirectory(home: home.path))
        return []
    } catch {
        return home.relative("\(error)").split(separator: "\n").map(String.init)
    }
}

/// The warnings, one line each.
func warnings<Value>(
    _ files: [String: String],
    _ load: (PolicyDirectory) throws(PolicyFilesError) -> Loaded<Value>
) throws -> [String] {
    let home = try TemporaryHome(files)
    return try load(PolicyDirectory(home: home.path)).warnings.map { home.relative("\($0)") }
}
