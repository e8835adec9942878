/// What did not become true in time.
public struct EventuallyTimeout: Error, CustomStringConvertible {
    /// What was waited for, and for how long.
    public let description: String
}

/// Waits until `condition` holds, looking again and again.
///
/// - Parameters:
///   - what: What is waited for; the message of the failure.
///   - limit: How long to wait; the condition is tried at least once.
///   - interval: The pause between two tries.
///   - condition: What has to hold.
/// - Throws: `EventuallyTimeout` if it did not hold in time, and what the condition throws.
public func eventually(
    _ what: String, within limit: Duration = .seconds(15),
    every interval: Duration = .milliseconds(20),
    _ condition: () async throws -> Bool
) async throws {
    _ = try await eventualValue(what, within: limit, every: interval) {
        try await condition() ? () : nil
    }
}

/// Waits until `value` gives something other than `nil`, and returns it.
///
/// - Parameters:
///   - what: What is waited for; the message of the failure.
///   - limit: How long to wait; the value is asked for at least once.
///   - interval: The pause between two tries.
///   - value: Gives what is waited for, or `nil` as long as there is none.
/// - Throws: `EventuallyTimeout` if there was none in time, and what `value` throws.
public func eventualValue<Value>(
    _ what: String, within limit: Duration = .seconds(15),
    every interval: Duration = .milliseconds(20),
    _ value: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    while true {
        if let result = try await value() { return result }
        guard ContinuousClock.now < deadline else {
            throw EventuallyTimeout(description: "not within \(limit): \(what)")
        }
        try await Task.sleep(for: interval)
    }
}
