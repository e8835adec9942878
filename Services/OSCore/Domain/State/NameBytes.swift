/// A name in UTF-8, kept in place, so that to compare it follows no reference: signals find what they
/// are about by it, most of the time in memory that is in no cache.
struct NameBytes {
    /// How many bytes are kept in place: names of services fit.
    static let inPlaceMax = 64

    private let count: Int
    private var head = InlineArray<64, UInt8>(repeating: 0)
    /// The whole name, if it is longer.
    private let whole: [UInt8]?

    init(_ text: String) {
        let bytes = Array(text.utf8)
        count = bytes.count
        whole = count > Self.inPlaceMax ? bytes : nil
        for index in 0..<min(count, Self.inPlaceMax) { head[index] = bytes[index] }
    }

    func equals(_ bytes: [UInt8]) -> Bool {
        guard bytes.count == count else { return false }
        guard count <= Self.inPlaceMax else { return whole == bytes }
        for index in bytes.indices where head[index] != bytes[index] { return false }
        return true
    }
}
