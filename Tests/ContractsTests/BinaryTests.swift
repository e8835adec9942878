import Contracts
import Testing

struct BinaryTests {
    /// One field of each kind.
    private struct Everything: BinaryCodable, Equatable {
        var number: Int64
        var small: Int
        var ratio: Double
        var flag: Bool
        var text: String
        var bytes: [UInt8]
        var maybe: String?
        var list: [Int64]

        init(
            number: Int64, small: Int, ratio: Double, flag: Bool, text: String, bytes: [UInt8],
            maybe: String?, list: [Int64]
        ) {
            self.number = number
            self.small = small
            self.ratio = ratio
            self.flag = flag
            self.text = text
            self.bytes = bytes
            self.maybe = maybe
            self.list = list
        }

        init(from reader: inout BinaryReader) throws(BinaryError) {
            _ = try BinaryVersion.read(&reader, latest: 1)
            number = try reader.readInt64()
            small = try reader.readInt()
            ratio = try reader.readDouble()
            flag = try reader.readBool()
            text = try reader.readString()
            bytes = try reader.readBytes()
            maybe = try reader.readOptional()
            list = try reader.readList()
        }

        func encode(into writer: inout BinaryWriter) {
            writer.write(UInt8(1))
            writer.write(number)
            writer.write(small)
            writer.write(ratio)
            writer.write(flag)
            writer.write(text)
            writer.write(bytes)
            writer.write(maybe)
            writer.write(list)
        }
    }

    private static let sample = Everything(
        number: -1_763_679_600_000, small: 7, ratio: -0.1, flag: true, text: "Größe 🌙",
        bytes: [0, 255], maybe: nil, list: [1, -1, .max, .min])

    @Test(arguments: [0, 1, -1, 63, 64, -64, -65, 1 << 40, Int64.max, Int64.min])
    func `whole numbers come back`(number: Int64) throws {
        let bytes = number.binary()
        #expect(bytes.count <= 10)
        #expect(try Int64(binary: bytes) == number)
    }

    @Test(arguments: [0, -0.0, 1.5, Double.infinity, -Double.infinity, .leastNonzeroMagnitude])
    func `doubles come back bit by bit`(number: Double) throws {
        #expect(try Double(binary: number.binary()).bitPattern == number.bitPattern)
        #expect(try Double(binary: Double.nan.binary()).isNaN)
    }

    @Test func `a value of every kind comes back`() throws {
        #expect(try Everything(binary: Self.sample.binary()) == Self.sample)
    }

    @Test func `the form of numbers and texts is fixed`() {
        #expect(Int64(0).binary() == [0])
        #expect(Int64(-1).binary() == [1])
        #expect(Int64(1).binary() == [2])
        #expect(Int64(300).binary() == [0xd8, 0x04])
        #expect("ab".binary() == [2, 0x61, 0x62])
        #expect(1.0.binary() == [0, 0, 0, 0, 0, 0, 0xf0, 0x3f])
        #expect(true.binary() == [1])
    }

    @Test func `a value cut short anywhere is truncated`() {
        let bytes = Self.sample.binary()
        for count in bytes.indices {
            #expect(throws: BinaryError.self) {
                try Everything(binary: Array(bytes.prefix(count)))
            }
        }
    }

    @Test(
        arguments: [
            ([1, 2], BinaryError.Code.trailingBytes), ([], .truncated), ([0x80], .truncated),
            (Array(repeating: 0xff, count: 10), .outOfRange),
            (Array(repeating: 0x80, count: 10) + [0], .outOfRange),
            ([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02], .outOfRange),
        ] as [([UInt8], BinaryError.Code)])
    func `bytes that are no number say why`(bytes: [UInt8], code: BinaryError.Code) {
        let error = #expect(throws: BinaryError.self) { try Int64(binary: bytes) }
        #expect(error?.code == code)
    }

    @Test(
        arguments: [
            [0xff, 0xff, 0xff, 0xff, 0x0f],
            [
                0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                0xff, 0xff, 0x01,
            ], [5, 1],
        ] as [[UInt8]])
    func `a count beyond what is there allocates nothing`(bytes: [UInt8]) {
        #expect(throws: BinaryError.self) { try String(binary: bytes) }
        var reader = BinaryReader(bytes)
        var code: BinaryError.Code?
        do throws(BinaryError) {
            let list: [Int64] = try reader.readList()
            Issue.record("read \(list)")
        } catch { code = error.code }
        #expect(code == .truncated)
    }

    @Test func `texts must be UTF-8, truth values 0 or 1, versions known`() {
        #expect(throws: BinaryError.self) { try String(binary: [1, 0xff]) }
        #expect(throws: BinaryError.self) { try Bool(binary: [2]) }
        var newer = Self.sample.binary()
        newer[0] = 2
        let error = #expect(throws: BinaryError.self) { try Everything(binary: newer) }
        #expect(error?.code == .unknownVersion)
    }

    @Test func `no bytes make a reader trap`() {
        var state: UInt64 = 42
        for _ in 0..<20_000 {
            var bytes = Self.sample.binary()
            for _ in 0..<3 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let place = Int(state >> 33) % bytes.count
                bytes[place] = UInt8(truncatingIfNeeded: state >> 20)
            }
            // Either a value or an error: it must not crash or hang.
            if let value = try? Everything(binary: bytes) {
                #expect(value.list.count <= bytes.count)
            }
        }
    }
}
