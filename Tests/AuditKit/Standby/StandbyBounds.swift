/// What is promised of hot standby, ms.
package enum StandbyBounds {
    /// A standby takes over after a kill: the session time-out, and 2 s.
    package static let takeOverMs: Int64 = 8_000
    /// A killed instance that is started again under its name goes on, its restore aside.
    package static let restartMs: Int64 = 2_000
    /// A standby takes over from one that leaves for good.
    package static let drainMs: Int64 = 1_000
}
