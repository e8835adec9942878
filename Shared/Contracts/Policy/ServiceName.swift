/// The names of services: they are keys of topics and parts of ids.
public enum ServiceName {
    /// Stands for every service, where a service is named.
    public static let all = "*"

    /// Whether `name` is one: 1 to 63 of `a-z`, `0-9`, `-` and `_`, beginning with a letter or digit.
    public static func isValid(_ name: String) -> Bool { isValid(utf8: name.utf8) }

    /// Whether these bytes are a name.
    public static func isValid(utf8 bytes: some Collection<UInt8>) -> Bool {
        guard (1...63).contains(bytes.count), let first = bytes.first else { return false }
        return isAlphanumeric(first)
            && bytes.allSatisfy { isAlphanumeric($0) || $0 == 0x2d || $0 == 0x5f }
    }

    static let deadLetterPrefix = "dlq-"

    /// The name under which the queue of dead letters of a topic is watched, as a service is.
    public static func deadLetterQueue(of topic: BusTopic) -> String {
        deadLetterPrefix + topic.kind
    }

    /// Whether `name` is that of a queue of dead letters.
    public static func isDeadLetterQueue(_ name: String) -> Bool {
        name.hasPrefix(deadLetterPrefix)
            && BusTopic(kind: String(name.dropFirst(deadLetterPrefix.count))) != nil
    }

    static let slowedPrefix = "slow-"

    /// The name under which it is watched, as a service is, whether a topic is read slowly because too
    /// much of it cannot be taken.
    public static func slowedInput(of topic: BusTopic) -> String { slowedPrefix + topic.kind }

    /// Whether `name` is that of an input that may be slowed.
    public static func isSlowedInput(_ name: String) -> Bool {
        name.hasPrefix(slowedPrefix)
            && BusTopic(kind: String(name.dropFirst(slowedPrefix.count))) != nil
    }

    /// Whether these bytes are a name: for hot paths.
    public static func isValid(utf8 bytes: [UInt8]) -> Bool {
        guard (1...63).contains(bytes.count), isAlphanumeric(bytes[0]) else { return false }
        for byte in bytes where !isAlphanumeric(byte) && byte != 0x2d && byte != 0x5f {
            return false
        }
        return true
    }

    /// The service of an incident id (`<service>.<8 hex digits>`), nil if it is none.
    public static func ofIncident(_ incidentID: String) -> String? {
        guard let dot = incidentID.lastIndex(of: ".") else { return nil }
        let service = String(incidentID[..<dot])
        let suffix = incidentID[incidentID.index(after: dot)...]
        guard isValid(service), suffix.utf8.count == 8,
            suffix.allSatisfy({ $0.isHexDigit && !$0.isUppercase })
        else { return nil }
        return service
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte)
    }
}
