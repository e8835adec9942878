public import Contracts
public import Streams

/// Counts records by key and says each count; refuses `poison`; after `timer:<ms>` says `fired`.
public struct CountingReducer: Reducer {
    /// Its input.
    public static let input = "contract.in"
    /// Its output: key, and `<value>#<count>`.
    public static let output = "contract.out"
    /// Its changelog.
    public static let changelog = "contract.state"
    /// What it reads and writes.
    public static let topology = Topology(
        service: "contract", inputs: [input], outputs: [output], changelog: changelog)

    /// What it reads and writes.
    public var topology: Topology { Self.topology }
    /// How often each key came.
    public let counts = Table<String, Int64>(id: 1, name: "counts")
    private let alarms = Timers()
    /// Its tables.
    public var tables: [any StateStore] { [counts, alarms] }
    /// Its timers.
    public var timers: Timers? { alarms }

    /// A reducer with empty tables.
    public init() {}

    /// Counts a record.
    public mutating func reduce(
        _ record: borrowing InputRecord, _ context: ReducerContext
    ) throws(Rejection) {
        let key = String(decoding: record.copyKey() ?? [], as: UTF8.self)
        let value = String(decoding: record.copyValue() ?? [], as: UTF8.self)
        let count = counts.update(key, initial: 0) { count in
            count += 1
            return count
        }
        context.emit(key: key, bytes: Array("\(value)#\(count)".utf8), toOutput: 0)
        if value == "poison" { throw Rejection(.schema, "as told") }
        if value.hasPrefix("timer:"), let delayMs = Int64(value.dropFirst(6)) {
            alarms.set(key, dueMs: context.nowMs + delayMs)
        }
    }

    /// Says that a timer has fired.
    public mutating func fire(_ timer: String, dueMs: Int64, _ context: ReducerContext) {
        context.emit(key: timer, bytes: Array("fired".utf8), toOutput: 0)
    }
}
