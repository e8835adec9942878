/// The version of everything in this package.
public enum DreamNetVersion {
    /// As `--version` prints it and dead letters carry it.
    public static let text = "0.1.0"
}
