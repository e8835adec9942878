internal import Signing

/// W3C Trace Context: the `traceparent` header, made from ids alone so that it is deterministic.
public enum TraceContext {
    /// The header's name.
    public static let headerName = "traceparent"

    /// `text` if it is a well-formed traceparent of version 00 with ids that are not zero.
    public static func valid(_ text: String) -> String? {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].elementsEqual("00".utf8), isID(parts[1], digits: 32),
            isID(parts[2], digits: 16), parts[3].count == 2, parts[3].allSatisfy(isHexDigit)
        else { return nil }
        return text
    }

    /// The traceparent of a message: the trace of `parent`, or a new one named by the message.
    public static func child(of parent: String?, messageID: String) -> String {
        let span = DerivedID.make(from: messageID, ordinal: 0, salt: "span").prefix(16)
        let parts = parent?.split(separator: "-") ?? []
        let trace =
            parts.count == 4
            ? String(parts[1]) : DerivedID.make(from: messageID, ordinal: 0, salt: "trace")
        return "00-\(trace)-\(span)-\(parts.count == 4 ? parts[3] : "01")"
    }

    // By bytes: to a character's order `1` with an accent lies between `1` and `2`.
    private static func isID(_ bytes: Substring.UTF8View, digits: Int) -> Bool {
        bytes.count == digits && bytes.allSatisfy(isHexDigit)
            && bytes.contains { $0 != UInt8(ascii: "0") }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
