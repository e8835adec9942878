/// The method of a request, upper case as on the wire (RFC 9110, section 9).
///
/// A struct rather than an enum, for a server meets methods that it does not know.
public struct HTTPMethod: RawRepresentable, Hashable, Sendable {
    /// The method's name, as in `"GET"`.
    public let rawValue: String

    /// A method of this name, taken as it is: methods are case-sensitive.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Reads; changes nothing.
    public static let get = HTTPMethod(rawValue: "GET")
    /// As GET, without the body.
    public static let head = HTTPMethod(rawValue: "HEAD")
    /// Hands something in to be worked on.
    public static let post = HTTPMethod(rawValue: "POST")
    /// Puts what is sent in the place of what is there.
    public static let put = HTTPMethod(rawValue: "PUT")
    /// Removes.
    public static let delete = HTTPMethod(rawValue: "DELETE")
}
