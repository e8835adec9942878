internal import AuditKit
internal import CommandLineKit
internal import Contracts
internal import Runtime

/// What a part has done to the system so far, and what it says while it does it.
final class AuditLog: Sendable {
    private struct State {
        var injected: [(what: String, count: Int)] = []
        var events: [(ms: Int64, text: String)] = []
        var ended: [String] = []
    }

    let part: AuditPart
    private let out: Console
    private let startMs = SystemClock.monotonicMs()
    private let state = Locked(State())

    init(_ part: AuditPart, _ out: Console) {
        self.part = part
        self.out = out
    }

    /// A line for who waits.
    func say(_ text: String) {
        let seconds = (SystemClock.monotonicMs() - startMs) / 1_000
        out.line("\(part.rawValue) \(seconds) s: \(text)")
    }

    /// One more blow of a kind.
    func count(_ what: String, _ detail: String = "") {
        let nowMs = SystemClock.monotonicMs()
        state.withLock { state in
            if let known = state.injected.firstIndex(where: { $0.what == what }) {
                state.injected[known].count += 1
            } else {
                state.injected.append((what, 1))
            }
            state.events.append((nowMs, detail.isEmpty ? what : "\(what) (\(detail))"))
        }
    }

    /// A service has ended although nobody asked it to; its supervisor starts it again.
    func endedByItself(_ text: String) {
        say("ended by itself: \(text)")
        state.withLock { $0.ended.append(text) }
    }

    /// What was done, counted.
    var injected: [(what: String, count: Int)] {
        state.withLock { $0.injected.sorted { $0.what < $1.what } }
    }

    /// How often a service ended by itself.
    var endings: [String] { state.withLock { $0.ended } }

    /// What was done from shortly before a stall to its end.
    func causes(of stall: StallMeter.Stall) -> [String] {
        state.withLock { state in
            state.events.filter {
                $0.ms >= stall.startMs - 500 && $0.ms <= stall.startMs + stall.ms
            }.map(\.text)
        }
    }

    /// When something was, for people: seconds since the part began.
    func seconds(_ ms: Int64) -> Int64 { (ms - startMs) / 1_000 }
}
