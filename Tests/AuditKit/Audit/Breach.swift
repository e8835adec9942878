/// One thing on the topics that must not be.
package struct Breach: Sendable, Hashable, CustomStringConvertible {
    /// What kind of promise it breaks.
    package enum Kind: String, Sendable, CaseIterable {
        /// Something that was said has no end, or has gone.
        case lost
        /// Something was done or said twice.
        case doubled
        /// Anything else: a wrong flag, a dead letter that should not be, an outcome of nothing.
        case wrong
    }

    /// Of which kind.
    package let kind: Kind
    /// What, and where.
    package let description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    /// One of too few or too many.
    init(count: Int, _ description: String) {
        self.init(count == 0 ? .lost : .doubled, description)
    }
}
