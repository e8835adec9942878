public import Streams

/// How a service works, once its policy has been read.
public struct ServicePlan<R: Reducer> {
    /// The reducer of a partition number, with empty tables.
    public let makeReducer: (Int32) -> R
    /// What works beside the reducers.
    public let companions: [any Companion]

    /// A plan.
    public init(companions: [any Companion] = [], makeReducer: @escaping (Int32) -> R) {
        self.companions = companions
        self.makeReducer = makeReducer
    }
}

/// Work beside the reducers of a service: scraping, notifying. It does I/O, and keeps no state
/// that must outlive the process.
public protocol Companion: AnyObject, Sendable {
    /// Begins to work on threads of its own.
    func start() throws
    /// The service owns these partition numbers from now on, and no other.
    func owns(_ partitions: [Int32])
    /// Ends, and waits for its threads.
    func stop()
}
