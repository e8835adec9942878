internal import Contracts
internal import Glibc
internal import JSON

/// Writes lines with metadata, as JSON or for people, in the shape of swift-log.
///
/// Secrets never come here: who holds one does not log it, and configuration prints the names of
/// secrets alone.
public struct Logger: Sendable {
    /// How a line looks.
    public enum Format: String, Sendable, Hashable, CaseIterable {
        /// One JSON object a line.
        case json
        /// Time, level, service, message, then the metadata.
        case text
    }

    /// Which service, and which part of it.
    public let label: String
    /// Lines below it are not written.
    public var level: LogLevel
    private let format: Format
    private let sink: @Sendable (String) -> Void
    private let clock: @Sendable () -> Int64

    /// A logger that writes to standard output.
    public init(label: String, level: LogLevel = .info, format: Format = .json) {
        self.init(
            label: label, level: level, format: format, clock: SystemClock.nowMs,
            sink: StandardOutput.write)
    }

    /// A logger that gives its lines, each with its line end, to `sink`. `clock`: Unix ms.
    public init(
        label: String, level: LogLevel, format: Format, clock: @escaping @Sendable () -> Int64,
        sink: @escaping @Sendable (String) -> Void
    ) {
        self.label = label
        self.level = level
        self.format = format
        self.clock = clock
        self.sink = sink
    }

    /// Writes a line of `level`, if it is important enough.
    public func log(_ level: LogLevel, _ message: String, _ metadata: [String: String] = [:]) {
        guard level >= self.level else { return }
        switch format {
        case .json: sink(jsonLine(level, message, metadata))
        case .text: sink(textLine(level, message, metadata))
        }
    }

    /// For whoever looks for a fault.
    public func debug(_ message: String, _ metadata: [String: String] = [:]) {
        log(.debug, message, metadata)
    }

    /// What the service does.
    public func info(_ message: String, _ metadata: [String: String] = [:]) {
        log(.info, message, metadata)
    }

    /// What mends itself, and should not be.
    public func warning(_ message: String, _ metadata: [String: String] = [:]) {
        log(.warning, message, metadata)
    }

    /// What somebody has to mend.
    public func error(_ message: String, _ metadata: [String: String] = [:]) {
        log(.error, message, metadata)
    }

    private func jsonLine(
        _ level: LogLevel, _ message: String, _ metadata: [String: String]
    ) -> String {
        var fields: [String: JSONValue] = [
            "ts": .int(clock()), "level": .string(level.rawValue), "service": .string(label),
            "message": .string(message),
        ]
        for (name, value) in metadata where fields[name] == nil { fields[name] = .string(value) }
        // Strings and whole numbers always serialise.
        let line = (try? JSONValue.object(fields).serializedString()) ?? "{}"
        return line + "\n"
    }

    private func textLine(
        _ level: LogLevel, _ message: String, _ metadata: [String: String]
    ) -> String {
        var line = "\(clock()) \(level.rawValue.uppercased()) \(label): \(Self.plain(message))"
        for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
            line += " \(name)=\(Self.plain(value))"
        }
        return line + "\n"
    }

    /// Without control characters: a hostile payload must not drive a terminal.
    private static func plain(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map {
                    $0.properties.generalCategory == .control ? "\u{fffd}" : $0
                }))
    }
}
