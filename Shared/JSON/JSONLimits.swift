/// What a document may cost at most.
public struct JSONLimits: Sendable, Hashable {
    /// The most bytes a document may have.
    public var bytesMax: Int
    /// How deep arrays and objects may nest: from 1 to 512, so that no walk ends the stack.
    public var depthMax: Int

    /// Makes limits; `depthMax` is brought into its range.
    public init(bytesMax: Int = 4 * 1024 * 1024, depthMax: Int = 64) {
        self.bytesMax = bytesMax
        self.depthMax = min(max(depthMax, 1), 512)
    }

    /// 4 MiB, 64 deep.
    public static let standard = JSONLimits()
}
