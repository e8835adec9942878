/// Paths inside the checkout that the tests were built from.
public enum ProjectPaths {
    /// The folder of Package.swift.
    public static let root: String = {
        // This file is ROOT/Tests/TestKit/ProjectPaths.swift.
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return parts.dropLast(3).joined(separator: "/")
    }()

    /// The path of a file of the checkout, given from its root.
    public static func path(_ relative: String) -> String { "\(root)/\(relative)" }
}
