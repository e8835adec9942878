public import Contracts

/// Who is told what.
public struct NotificationPolicy: Sendable, Hashable {
    /// The severities that wake somebody (seed 003: P0 and P1 page, P2 and P3 do not).
    public var pageSeverities: Set<Severity>
    /// Whether whoever was woken is told when it is over.
    public var tellResolved: Bool

    /// The defaults of the project.
    public init(pageSeverities: Set<Severity> = [.p0, .p1], tellResolved: Bool = true) {
        self.pageSeverities = pageSeverities
        self.tellResolved = tellResolved
    }
}
