/// A process between this one and a program, which ends whatever the program forked: when the
/// program ends, when it is killed, and when this process ends, however it ends.
public struct ProcessReaper: Sendable, Hashable {
    /// A descriptor that stays open as long as anything of the program is alive, such as a lock
    /// on a file; nil for none.
    public var keptOpen: Int32?

    /// A reaper.
    public init(keptOpen: Int32? = nil) { self.keptOpen = keptOpen }
}
