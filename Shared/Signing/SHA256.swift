internal import CSodium

/// SHA-256 (FIPS 180-4) by libsodium.
///
///     var hash = SHA256()
///     hash.update(part)
///     let digest = hash.finalize()
public struct SHA256: Sendable {
    /// How many bytes a digest has.
    public static let byteCount = 32

    private var state: crypto_hash_sha256_state

    /// Starts a hash over bytes that come in parts.
    public init() {
        state = crypto_hash_sha256_state()
        _ = unsafe crypto_hash_sha256_init(&state)
    }

    /// Adds bytes.
    public mutating func update(_ bytes: [UInt8]) {
        _ = unsafe crypto_hash_sha256_update(&state, bytes, UInt64(bytes.count))
    }

    /// Adds the UTF-8 of a string.
    public mutating func update(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            _ = unsafe crypto_hash_sha256_update(&state, bytes.baseAddress, UInt64(bytes.count))
        }
    }

    /// The digest of what was added so far; more can be added afterwards.
    public func finalize() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Self.byteCount)
        var copy = state
        _ = unsafe crypto_hash_sha256_final(&copy, &digest)
        return digest
    }

    /// The digest, 32 bytes, of some bytes.
    public static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finalize()
    }

    /// The digest of some bytes as 64 lowercase hexadecimal digits.
    public static func hexDigest(_ bytes: [UInt8]) -> String {
        Hex.encode(hash(bytes))
    }
}
