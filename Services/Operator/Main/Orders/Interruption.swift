internal import CommandLineKit
internal import Contracts
internal import Glibc
internal import OperatorDomain
internal import Runtime

/// Ctrl-C while an order is under way: says what has become of it, and ends the process.
final class Interruption: Sendable {
    /// How far the order is.
    enum Stage: Sendable {
        case preparing
        case sending
        case recorded
    }

    private let stage: Locked<Stage>
    private let signals: ShutdownSignal

    init(_ id: String, _ console: Console) {
        let stage = Locked(Stage.preparing)
        self.stage = stage
        signals = ShutdownSignal { _ in
            let code: ExitCode
            switch stage.withLock({ $0 }) {
            case .preparing:
                console.line("\nNothing was sent.")
                code = .interrupted
            case .sending:
                console.line("\nUNKNOWN whether it arrived. Repeat it safely with --id \(id)")
                code = .unknownArrival
            case .recorded:
                console.line("\nIt is recorded, and will be carried out.")
                console.line("See what became of it: dreamnet commands show \(id)")
                code = .interrupted
            }
            // Threads of the library still run: nothing of theirs is to be taken down under them.
            _exit(Int32(code.rawValue))
        }
    }

    func move(to next: Stage) { stage.withLock { $0 = next } }
}
