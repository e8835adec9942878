import Signing
import Testing

@Suite struct SigningTests {
    // The short ones are of FIPS 180-4 (NIST's examples).
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            String(repeating: "a", count: 1_000_000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ])
    func `a digest is the published one, at once and in parts`(text: String, hex: String) {
        let bytes = Array(text.utf8)
        #expect(SHA256.hexDigest(bytes) == hex)
        var hash = SHA256()
        for start in stride(from: 0, to: bytes.count, by: 777) {
            hash.update(Array(bytes[start..<min(start + 777, bytes.count)]))
        }
        #expect(Hex.encode(hash.finalize()) == hex)
        #expect(Hex.encode(hash.finalize()) == hex, "reading the digest does not end the hash")
        var ofText = SHA256()
        ofText.update(text)
        #expect(Hex.encode(ofText.finalize()) == hex)
    }

    @Test func `copies of a hash go their own ways`() {
        var first = SHA256()
        first.update("a")
        var second = first
        second.update("bc")
        #expect(Hex.encode(first.finalize()) == SHA256.hexDigest(Array("a".utf8)))
        #expect(Hex.encode(second.finalize()) == SHA256.hexDigest(Array("abc".utf8)))
    }

    // Computed apart, with Python's hashlib.
    @Test(arguments: [
        ("m-1", 0, "control-core", "c5b193a7ba08392028af51fc44a85b42"),
        ("m-1", 1, "control-core", "05d7dff38b230d419dd49584b99670e8"),
        ("", -1, "", "b694f98a5f85fc076edb1b9a531c17f7"),
        ("é😀", 7, "x", "e9d47bf58ff68411f1dd8dc9f1abecff"),
        ("ab", 0, "c", "3c1e878596a5528747c1786c0e7ab341"),
        ("a", 0, "bc", "596ddd7be55854093cf07036b0272829"),
    ])
    func `a derived id is the same everywhere`(
        inputID: String, ordinal: Int, salt: String, id: String
    ) {
        #expect(DerivedID.make(from: inputID, ordinal: ordinal, salt: salt) == id)
    }

    @Test func `hexadecimal digits go there and back`() {
        let all = (0...255).map(UInt8.init)
        #expect(Hex.encode([0, 15, 16, 255]) == "000f10ff")
        #expect(Hex.decode(Hex.encode(all)) == all)
        #expect(Hex.decode("ABcd") == [0xAB, 0xCD])
        for bad in ["0", "0g", "0x", " 00", "é"] { #expect(Hex.decode(bad) == nil) }
    }

    // RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func `Base64 is as the standard says`(plain: String, text: String) {
        #expect(Base64.encode(Array(plain.utf8)) == text)
        #expect(Base64.decode(text) == Array(plain.utf8))
    }

    @Test(arguments: ["Zg", "Zg=", "Zh==", "Z===", "====", "Zm9v=", "Zm 9", "Zm-_", "Zg==Zg=="])
    func `Base64 that is not canonical is refused`(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test func `every length of bytes survives Base64`() {
        for count in 0..<70 {
            let bytes = RandomBytes.make(count)
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
    }

    @Test func `random bytes differ and come in the length asked for`() {
        #expect(RandomBytes.make(32) != RandomBytes.make(32))
        #expect(RandomBytes.make(0).isEmpty)
        #expect(RandomBytes.make(-1).isEmpty)
        #expect(RandomBytes.make(1000).count == 1000)
    }

    @Test func `secrets compare by all their bytes`() {
        #expect(ConstantTime.equals([1, 2, 3], [1, 2, 3]))
        #expect(!ConstantTime.equals([1, 2, 3], [1, 2, 4]))
        #expect(!ConstantTime.equals([1, 2], [1, 2, 3]))
        #expect(ConstantTime.equals([], []))
    }
}
