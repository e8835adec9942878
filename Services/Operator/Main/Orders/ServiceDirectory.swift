internal import CommandLineKit

/// The services that config/services.yaml names.
struct ServiceDirectory: Sendable {
    /// All of them, by name.
    let all: [String]
    /// Those that are to have a subscriber.
    let subscribers: [String]

    init(_ invocation: Invocation) throws {
        all = []
        subscribers = []
    }
}

extension ServiceDirectory {
    /// The names alone; none if the file cannot be read.
    static func names(home: String) -> [String] { [] }
}
