internal import CommandLineKit
internal import PolicyFiles
internal import Runtime

/// The services that config/services.yaml names.
///
/// Orders must go out even where the file is not at hand or is broken: then its absence is said, and
/// only those are waited for who report.
struct ServiceDirectory: Sendable {
    /// All of them, by name.
    let all: [String]
    /// Those that are to have a subscriber.
    let subscribers: [String]

    init(_ invocation: Invocation) throws {
        let home = try invocation[ConnectionOptions.home]
        do throws(PolicyFilesError) {
            let services = try PolicyDirectory(home: home).loadServices().value
            all = services.services.keys.sorted()
            subscribers = services.expectedSubscribers.sorted()
        } catch {
            all = []
            subscribers = []
            invocation.err.line(
                "config/services.yaml cannot be read (--home \(home.sanitized)): services that "
                    + "never reported cannot be named. dreamnet config check says more.")
        }
    }

    /// The names alone; none if the file cannot be read.
    static func names(home: String) -> [String] {
        (try? PolicyDirectory(home: home).loadServices().value.services.keys.sorted()) ?? []
    }
}
