/// Ids of the messages that a service makes: the same work done twice gives the same ids.
public enum DerivedID {
    /// 32 lowercase hexadecimal digits: the first 16 bytes of SHA-256 over `inputID`, `ordinal` in
    /// decimal and `salt`, each as UTF-8 after its length in bytes (8 bytes, big-endian), so that
    /// no two different triples hash the same bytes.
    ///
    /// - Parameters:
    ///   - inputID: the id of the message that the work is about.
    ///   - ordinal: which of the messages made from that input this is.
    ///   - salt: what keeps makers apart, such as the service's name.
    public static func make(from inputID: String, ordinal: Int, salt: String) -> String {
        var hash = SHA256()
        for field in [inputID, String(ordinal), salt] {
            let length = UInt64(field.utf8.count)
            hash.update((0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - 8 * UInt64($0))) })
            hash.update(field)
        }
        return Hex.encode(hash.finalize().prefix(16))
    }
}
