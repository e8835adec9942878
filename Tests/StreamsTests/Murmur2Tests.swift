import Streams
import Testing

/// The vectors of Apache Kafka's `UtilsTest.testMurmur2`.
struct Murmur2Tests {
    @Test(arguments: [
        ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
        ("a-little-bit-longer-string", -1_486_304_829),
        ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
    ])
    func `it hashes as Kafka's own test does`(key: String, hash: Int32) {
        #expect(Murmur2.hash(Array(key.utf8)) == hash)
    }

    @Test func `a partition is in range, and nonsense counts give the first`() {
        for index in 0..<1_000 {
            #expect((0..<5).contains(Murmur2.partition(key: "\(index)", count: 5)))
        }
        #expect(Murmur2.partition(key: "x", count: 0) == 0)
        #expect(Murmur2.partition(key: "x", count: -3) == 0)
        #expect(Murmur2.partition(key: "x", count: .max) == 0)
        #expect(Murmur2.hash([]) == Murmur2.hash([]))
    }
}
