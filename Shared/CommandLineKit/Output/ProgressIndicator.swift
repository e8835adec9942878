/// Shows that something goes on: a bar if the total is known, else a spinner.
///
/// On a terminal one line is rewritten; elsewhere (a log, a pipeline) a plain line appears every
/// few seconds. It belongs on standard error. Time is given to it, in milliseconds of any clock
/// that does not go back.
public struct ProgressIndicator: Sendable {
    /// A terminal's line is rewritten at most this often.
    private static let redrawMs: Int64 = 100
    /// A plain line comes at most this often.
    private static let plainMs: Int64 = 5_000
    private static let spinner: [String] = ["|", "/", "-", "\\"]

    private let label: String
    private let total: Int?
    private let console: Console
    private let startMs: Int64
    private var lastMs: Int64?
    private var frame = 0
    private var isOnLine = false

    /// An indicator that has shown nothing yet; without a total it spins.
    public init(_ label: String, total: Int? = nil, on console: Console, nowMs: Int64) {
        self.label = label.sanitized
        self.total = total
        self.console = console
        startMs = nowMs
    }

    /// Shows how far it is, unless it was shown a moment ago; `note` is a few words more.
    public mutating func update(_ completed: Int = 0, note: String = "", nowMs: Int64) {
        let intervalMs = console.isTerminal ? Self.redrawMs : Self.plainMs
        if let lastMs, nowMs - lastMs < intervalMs { return }
        lastMs = nowMs
        let elapsed = HumanText.duration((nowMs - startMs) / 1_000 * 1_000)
        let tail = (note.isEmpty ? "" : " \(note.sanitized)") + " (\(elapsed))"
        guard console.isTerminal else {
            console.line(label + share(completed) + tail)
            return
        }
        let head = total.map { bar(completed, of: $0) } ?? Self.spinner[frame % 4]
        frame += 1
        let text = "\(head) \(label)\(share(completed))\(tail)"
        // One column stays free: a full line would wrap in some terminals.
        let shown = text.truncated(to: max(1, (console.width ?? 80) - 1))
        console.write("\r\u{1B}[K\(shown)")
        isOnLine = true
    }

    /// Takes the line away and says how it ended.
    public mutating func finish(_ message: String, _ role: Style.Role? = .good, nowMs: Int64) {
        if isOnLine { console.write("\r\u{1B}[K") }
        isOnLine = false
        let elapsed = HumanText.duration(nowMs - startMs)
        console.line("\(console.style(message.sanitized, role)) (\(elapsed))")
    }

    private func share(_ completed: Int) -> String {
        guard let total else { return "" }
        return " \(HumanText.count(completed)) of \(HumanText.count(total))"
    }

    private func bar(_ completed: Int, of total: Int) -> String {
        let width = 20
        let share = total > 0 ? Double(completed) / Double(total) : 1
        let filled = Int(min(max(share, 0), 1) * Double(width))
        return "[" + String(repeating: "#", count: filled)
            + String(repeating: ".", count: width - filled) + "]"
    }
}
