internal import Contracts
internal import FoundationEssentials
internal import Glibc
internal import Processes
internal import Runtime

/// Ends the brokers of this process and removes their folders when it exits. If the process is
/// killed, the kernel kills the brokers, and only their folders in the temporary directory stay.
enum TestBrokerCleanup {
    struct Started: Sendable {
        let directory: String
        let keepsData: Bool
        var process: ChildProcess
    }

    private static let started: Locked<[Started]> = {
        atexit { TestBrokerCleanup.run() }
        return Locked([])
    }()

    /// Remembers the process that now is the broker of this folder.
    static func remember(_ process: ChildProcess, in directory: String, keepsData: Bool) {
        started.withLock { all in
            all.removeAll { $0.directory == directory }
            all.append(
                Started(directory: directory, keepsData: keepsData, process: process))
        }
    }

    private static func run() {
        for broker in started.withLock({ $0 }) {
            broker.process.kill()
            _ = broker.process.wait(atMost: .seconds(5))
            if !broker.keepsData {
                try? FileManager.default.removeItem(atPath: broker.directory)
            }
        }
    }
}
