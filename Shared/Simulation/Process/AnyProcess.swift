/// A process of a service, whatever its reducer.
protocol AnyProcess: AnyObject {
    /// Its name in its group.
    var instance: String { get }
    var link: Link { get }
    var state: ProcessState { get set }
    /// Until when it stands still, in ms passed.
    var pausedUntilMs: Int64 { get set }
    /// How far its clock is off, ms.
    var skewMs: Int64 { get set }
    /// When it next has something to do, in ms passed.
    var readyMs: Int64 { get }
    /// Lets one of its threads that are ready make a step.
    func step()
    /// Sends a part of what one of its tasks has produced.
    /// - Returns: whether there was any.
    func deliver() -> Bool
    /// Asks for an end: its place kept, or for good.
    func requestStop(forGood: Bool)
    /// Dies.
    func kill()
    /// Why it is not at rest; nil if it is.
    func unrest() -> String?
    /// The partition numbers whose tasks run.
    var running: [Int32] { get }
    /// Whether a task of it is being started.
    var isStarting: Bool { get }
    /// At rest: holds every task's tables against the serial replay.
    func checkAtRest()
}

/// What a process is doing.
enum ProcessState {
    case running
    case paused
    /// It has ended, or was killed.
    case dead
}
