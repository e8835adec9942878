/// docs/wire.md, taken apart.
struct WireDocument {
    let text = Checkout.text("docs/wire.md")

    /// The text under a heading of the second level.
    func section(_ title: String) -> String {
        var isInside = false
        var lines: [Substring] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("## ") { isInside = line.dropFirst(3) == title[...] }
            if isInside { lines.append(line) }
        }
        return lines.joined(separator: "\n")
    }

    /// The JSON blocks of a text.
    static func jsonBlocks(_ text: String) -> [String] {
        var blocks: [String] = []
        var block: [Substring]?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "```json" {
                block = []
            } else if line == "```", let lines = block {
                blocks.append(lines.joined(separator: "\n"))
                block = nil
            } else {
                block?.append(line)
            }
        }
        return blocks
    }

    /// The cells of the rows of all tables in a text, without marks of code.
    static func rows(_ text: String) -> [[String]] {
        text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { row in
            row.split(separator: "|").map { cell in
                String(
                    cell.filter { $0 != "`" }.drop { $0 == " " }.reversed().drop { $0 == " " }
                        .reversed())
            }
        }
    }
}
