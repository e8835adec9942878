/// Rows under headings, in columns that fit the terminal. Cells are sanitized.
public struct TextTable: Sendable {
    /// Where a cell stands in its column.
    public enum Alignment: Sendable {
        /// For words.
        case left
        /// For figures.
        case right
    }

    /// A column: its heading, and whether it may be cut when the terminal is narrow.
    public struct Column: Sendable {
        let title: String
        let alignment: Alignment
        let minimumWidth: Int?

        /// A column that is never cut.
        public static func fixed(_ title: String, _ alignment: Alignment = .left) -> Column {
            Column(title: title, alignment: alignment, minimumWidth: nil)
        }

        /// A column that may be cut, to no less than so many columns of the terminal.
        public static func flexible(_ title: String, minimumWidth: Int = 8) -> Column {
            Column(title: title, alignment: .left, minimumWidth: max(1, minimumWidth))
        }
    }

    /// A cell: its text, and what it means.
    public struct Cell: Sendable, ExpressibleByStringInterpolation {
        let text: String
        let role: Style.Role?

        /// A cell; the text is sanitized.
        public init(_ text: String, _ role: Style.Role? = nil) {
            self.text = text.sanitized
            self.role = role
        }

        /// A cell without a colour.
        public init(stringLiteral value: String) { self.init(value) }
    }

    private static let gap = 2
    private let columns: [Column]
    private var rows: [[Cell]] = []

    /// An empty table.
    public init(_ columns: [Column]) { self.columns = columns }

    /// Whether it has no row.
    public var isEmpty: Bool { rows.isEmpty }

    /// Adds a row; missing cells are empty, surplus ones are left out.
    public mutating func add(_ cells: Cell...) {
        let missing = max(0, columns.count - cells.count)
        rows.append(Array(cells.prefix(columns.count)) + Array(repeating: "", count: missing))
    }

    /// The table with its headings, a line each, cut to the console's width if it has one.
    public func text(for console: Console) -> String {
        let widths = widths(within: console.width)
        let heading = line(columns.map { Cell($0.title, .bold) }, widths, console.style)
        return ([heading] + rows.map { line($0, widths, console.style) })
            .map { $0 + "\n" }.joined()
    }

    private func widths(within total: Int?) -> [Int] {
        var widths = columns.indices.map { index in
            rows.reduce(columns[index].title.displayWidth) {
                max($0, $1[index].text.displayWidth)
            }
        }
        guard let total else { return widths }
        var surplus = widths.reduce(0, +) + Self.gap * max(0, widths.count - 1) - total
        while surplus > 0 {
            // The widest column that can still give gives one column of the terminal.
            let giving = widths.indices.filter { index in
                columns[index].minimumWidth.map { widths[index] > $0 } ?? false
            }
            guard let widest = giving.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            surplus -= 1
        }
        return widths
    }

    private func line(_ cells: [Cell], _ widths: [Int], _ style: Style) -> String {
        var line = ""
        var pendingSpaces = 0
        for (index, cell) in cells.enumerated() {
            let text = cell.text.truncated(to: widths[index])
            let padding = widths[index] - text.displayWidth
            let isRight = columns[index].alignment == .right
            pendingSpaces += isRight ? padding : 0
            if !text.isEmpty {
                // Spaces are written only before something: no line ends in blanks.
                line += String(repeating: " ", count: pendingSpaces) + style(text, cell.role)
                pendingSpaces = 0
            }
            pendingSpaces += Self.gap + (isRight ? 0 : padding)
        }
        return line
    }
}
