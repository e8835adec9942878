internal import Contracts

/// What an action will do, in lines for people, within what an outcome takes.
enum ActionPlan {
    private static let linesMax = 100
    private static let lineBytesMax = 2_000

    static func lines(_ call: ActionCall, id: String) throws(ActionError) -> [String] {
        var lines = ["\(call.definition.name) on \(call.target)"]
        for phase in ActionPhase.allCases {
            for line in try call.lines(phase, id: id) { lines.append("\(phase.rawValue): \(line)") }
        }
        return lines.prefix(linesMax).map { line in
            line.utf8.count <= lineBytesMax
                ? line : String(decoding: line.utf8.prefix(lineBytesMax), as: UTF8.self) + "…"
        }
    }
}
