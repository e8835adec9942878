@unsafe @preconcurrency internal import Glibc

/// The environment of this process.
enum CurrentEnvironment {
    /// All variables as they are now; of a name that stands twice the first holds, as in getenv(3).
    static func all() -> [String: String] {
        var variables: [String: String] = [:]
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            let parts = unsafe String(cString: text).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, variables[String(parts[0])] == nil {
                variables[String(parts[0])] = String(parts[1])
            }
            unsafe entry += 1
        }
        return variables
    }
}
