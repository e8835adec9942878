/// What a ``JSONView`` shows.
public enum JSONKind: Sendable, Hashable {
    /// There is no such value.
    case missing
    /// `null`
    case null
    /// `true` or `false`
    case bool
    /// A whole number within `Int64`.
    case int
    /// Any other number.
    case double
    /// A string.
    case string
    /// An array.
    case array
    /// An object.
    case object
}
