/// Numbers the messages of a task, for all of its tables at once: a message then begins for them
/// without a call to each.
public final class MessageClock {
    /// The message that is being taken.
    public private(set) var message: UInt64 = 1
    /// How often changes of a table that goes by this clock were undone. What a reducer has derived
    /// from its tables holds as long as this stands still.
    public private(set) var undoneCount = 0

    /// A clock at its first message.
    public init() {}

    /// Begins a message.
    public func tick() { message &+= 1 }

    /// Changes of a table that goes by this clock were undone.
    public func countUndoing() { undoneCount += 1 }
}
