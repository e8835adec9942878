/// Why bytes are not a value of a table.
public struct BinaryError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of fault.
    public enum Code: String, Sendable {
        /// The bytes end before the value does.
        case truncated
        /// A number does not fit its type, or a byte is none of the values allowed.
        case outOfRange
        /// A string is not UTF-8.
        case notUTF8
        /// The value ends before the bytes do.
        case trailingBytes
        /// Written by a later release than this one.
        case unknownVersion
    }

    /// The kind of fault.
    public let code: Code
    /// Where, in bytes from the start.
    public let offset: Int

    /// What was found there, where that says more.
    public let detail: String?

    /// An error of `code` at `offset`.
    public init(_ code: Code, at offset: Int, detail: String? = nil) {
        self.code = code
        self.offset = offset
        self.detail = detail
    }

    /// "truncated at byte 12", "unknownVersion at byte 0: version 9, ...".
    public var description: String {
        "\(code.rawValue) at byte \(offset)" + (detail.map { ": \($0)" } ?? "")
    }
}
