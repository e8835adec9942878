public import Contracts
public import Streams

/// Counts records by key and says each count; refuses `poison`, and `later:<ms>` until then; after `timer:<ms>` says `fired`;
/// at `swell:<bytes>` has a table's value, and at `shout:<bytes>` an output, of that size. A timer
/// of a key that begins with `swell` swells when it fires.
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
    /// What swells, by key.
    public let sizes = Table<String, String>(id: 2, name: "sizes")
    private let alarms = Timers()
    /// Its tables.
    public var tables: [any StateStore] { [counts, sizes, alarms] }
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
        if value.hasPrefix("later:"), let fromMs = Int64(value.dropFirst(6)),
            context.nowMs < fromMs
        {
            throw Rejection(.refused, "not before \(fromMs)", isTransient: true)
        }
        if value.hasPrefix("timer:"), let delayMs = Int64(value.dropFirst(6)) {
            alarms.set(key, dueMs: context.nowMs + delayMs)
        }
        if value.hasPrefix("swell:"), let size = Int(value.dropFirst(6)) {
            sizes[key] = String(repeating: "s", count: size)
        }
        if value.hasPrefix("shout:"), let size = Int(value.dropFirst(6)) {
            context.emit(key: key, bytes: Array(repeating: 0x21, count: size), toOutput: 0)
        }
    }

    /// Says that a timer has fired.
    public mutating func fire(_ timer: String, dueMs: Int64, _ context: ReducerContext) {
        context.emit(key: timer, bytes: Array("fired".utf8), toOutput: 0)
        if timer.hasPrefix("swell") { sizes[timer] = String(repeating: "s", count: 2_000_000) }
    }
}
