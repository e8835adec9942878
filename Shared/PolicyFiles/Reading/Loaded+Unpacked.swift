extension Loaded {
    /// The value, and the warnings as lines.
    public var unpacked: (value: Value, warnings: [String]) {
        (value, warnings.map(\.description))
    }
}
