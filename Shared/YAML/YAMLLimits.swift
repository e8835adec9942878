/// What a document may cost at most.
public struct YAMLLimits: Sendable, Hashable {
    /// The most bytes a document may have.
    public var bytesMax: Int
    /// How deep sequences and mappings may nest: from 1 to 256, so that no walk ends the stack.
    public var depthMax: Int
    /// The most scalars, sequences and mappings together.
    public var nodesMax: Int

    /// Makes limits; `depthMax` is brought into its range.
    public init(bytesMax: Int = 1024 * 1024, depthMax: Int = 64, nodesMax: Int = 100_000) {
        self.bytesMax = bytesMax
        self.depthMax = min(max(depthMax, 1), 256)
        self.nodesMax = nodesMax
    }

    /// 1 MiB, 64 deep, 100,000 nodes.
    public static let standard = YAMLLimits()
}
