internal import CSodium

/// Bytes that nobody can foretell, from the system's source.
public enum RandomBytes {
    // Chooses the source and opens it, once, before the first use. If the system has none,
    // libsodium ends the process rather than give bytes that can be foretold.
    private static let isInitialized = sodium_init() >= 0

    /// That many random bytes; none for a count below 1.
    public static func make(_ count: Int) -> [UInt8] {
        _ = isInitialized
        var bytes = [UInt8](repeating: 0, count: max(count, 0))
        unsafe randombytes_buf(&bytes, bytes.count)
        return bytes
    }
}
