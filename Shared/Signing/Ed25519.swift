internal import CSodium

/// Ed25519 signatures (RFC 8032) by libsodium.
public enum Ed25519 {
    /// How many bytes a private key has: the seed and the public key.
    public static let privateKeyByteCount = 64
    /// How many bytes a public key has.
    public static let publicKeyByteCount = 32
    /// How many bytes a signature has.
    public static let signatureByteCount = 64

    /// A new pair of keys.
    public static func makeKeyPair() -> (privateKey: [UInt8], publicKey: [UInt8]) {
        // Opens the system's source of random bytes.
        _ = RandomBytes.make(1)
        var publicKey = [UInt8](repeating: 0, count: publicKeyByteCount)
        var privateKey = [UInt8](repeating: 0, count: privateKeyByteCount)
        _ = unsafe crypto_sign_keypair(&publicKey, &privateKey)
        return (privateKey, publicKey)
    }

    /// The public key that belongs to a private one; nil if that has the wrong length.
    public static func publicKey(of privateKey: [UInt8]) -> [UInt8]? {
        guard privateKey.count == privateKeyByteCount else { return nil }
        return Array(privateKey.suffix(publicKeyByteCount))
    }

    /// The signature of a message; nil if the key has the wrong length.
    public static func sign(_ message: [UInt8], privateKey: [UInt8]) -> [UInt8]? {
        guard privateKey.count == privateKeyByteCount else { return nil }
        var signature = [UInt8](repeating: 0, count: signatureByteCount)
        let failed = unsafe crypto_sign_detached(
            &signature, nil, message, UInt64(message.count), privateKey)
        return failed == 0 ? signature : nil
    }

    /// Whether the owner of the key has signed this message.
    public static func verify(
        _ signature: [UInt8], of message: [UInt8], publicKey: [UInt8]
    ) -> Bool {
        guard signature.count == signatureByteCount, publicKey.count == publicKeyByteCount else {
            return false
        }
        return unsafe crypto_sign_verify_detached(
            signature, message, UInt64(message.count), publicKey) == 0
    }
}
