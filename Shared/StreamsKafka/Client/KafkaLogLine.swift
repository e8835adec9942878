/// A line that the library logs. It never goes to stderr by itself.
public struct KafkaLogLine: Sendable, Hashable, CustomStringConvertible {
    /// The syslog severity: 0 (emergency) to 7 (debug); 3 is an error, 4 a warning.
    public let level: Int32
    /// The library's name of what happened, such as `FAIL` or `REQTMOUT`.
    public let facility: String
    /// Which client: its `client.id` and number, such as `control-core#producer-2`.
    public let client: String
    /// The text.
    public let message: String

    /// "FAIL control-core#producer-2: ...".
    public var description: String { "\(facility) \(client): \(message)" }
}

/// Takes the library's log lines. It is called on the library's threads: it must not block.
public typealias KafkaLogHandler = @Sendable (KafkaLogLine) -> Void
