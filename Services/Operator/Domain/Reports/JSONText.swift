internal import JSON

/// What `--json` prints.
public enum JSONText {
    /// One document, indented, with a line's end.
    public static func document(_ value: some Encodable) throws -> String {
        try JSON.encodeToValue(value).serializedString(prettyPrinted: true) + "\n"
    }

    /// One line.
    public static func line(_ value: some Encodable) throws -> String {
        try JSON.encodeToValue(value).serializedString() + "\n"
    }
}
