/// The pure core of a service: messages and timers in, changes of tables and messages out.
///
/// A reducer is synchronous and deterministic and does no I/O: time comes with the context, ids
/// are derived from the inputs. The same inputs in the same order give the same tables and the
/// same outputs, on any machine and at any time.
public protocol Reducer: SendableMetatype {
    /// What it reads and writes.
    var topology: Topology { get }
    /// Its tables, timers included, each with an id of its own and always the same instances;
    /// all that a reducer remembers is in them. The pipeline restores them from
    /// the changelog before the first input, and commits or rolls them back with the transaction.
    var tables: [any StateStore] { get }
    /// Timers that are due are given to `fire`, always the same instance; nil if the reducer has
    /// none.
    var timers: Timers? { get }
    /// The task begins, or begins again, its tables restored: the place to set the timers of
    /// what recurs. What it says and changes is a transaction of its own.
    mutating func start(_ context: ReducerContext)
    /// Takes one message. Throws if it cannot be taken: it is then a dead letter.
    mutating func reduce(
        _ record: borrowing InputRecord, _ context: ReducerContext
    ) throws(Rejection)
    /// A timer has come due. It is already removed; setting it again is allowed.
    mutating func fire(_ timer: String, dueMs: Int64, _ context: ReducerContext)
}

extension Reducer {
    /// Nothing.
    public mutating func start(_ context: ReducerContext) {}
}
