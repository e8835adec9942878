import Signing
import Testing

@Suite struct Ed25519Tests {
    /// RFC 8032, section 7.1, test 2.
    @Test func `signs as RFC 8032 says`() throws {
        let seed = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
        let publicHex = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
        let privateKey = try #require(Hex.decode(seed + publicHex))
        let publicKey = try #require(Hex.decode(publicHex))
        let signature = try #require(Ed25519.sign([0x72], privateKey: privateKey))
        #expect(
            Hex.encode(signature)
                == "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
        #expect(Ed25519.verify(signature, of: [0x72], publicKey: publicKey))
        #expect(Ed25519.publicKey(of: privateKey) == publicKey)
    }

    @Test func `takes no other message, signature or key`() throws {
        let (privateKey, publicKey) = Ed25519.makeKeyPair()
        let message = Array("stop".utf8)
        var signature = try #require(Ed25519.sign(message, privateKey: privateKey))
        #expect(Ed25519.verify(signature, of: message, publicKey: publicKey))
        #expect(!Ed25519.verify(signature, of: Array("stoq".utf8), publicKey: publicKey))
        #expect(
            !Ed25519.verify(signature, of: message, publicKey: Ed25519.makeKeyPair().publicKey))
        #expect(!Ed25519.verify([], of: message, publicKey: publicKey))
        #expect(!Ed25519.verify(signature, of: message, publicKey: []))
        #expect(Ed25519.sign(message, privateKey: [1, 2]) == nil)
        signature[10] ^= 1
        #expect(!Ed25519.verify(signature, of: message, publicKey: publicKey))
    }
}
