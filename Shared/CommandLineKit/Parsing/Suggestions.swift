/// What a mistyped word may have meant.
public enum Suggestions {
    /// Words longer than this are not compared: the distance costs the product of the lengths.
    private static let maximumLength = 64

    /// The candidates (three at most, nearest first) within a third of the word's length, in
    /// insertions, deletions, replacements and swaps of neighbours; words that it begins count too.
    public static func nearest(to word: String, among candidates: [String]) -> [String] {
        let typed = Array(word.lowercased())
        guard (1...maximumLength).contains(typed.count) else { return [] }
        var found: [(distance: Int, candidate: String)] = []
        for candidate in candidates {
            let other = Array(candidate.lowercased())
            guard other.count <= maximumLength else { continue }
            if other.starts(with: typed) {
                found.append((0, candidate))
                continue
            }
            let allowed = max(1, max(typed.count, other.count) / 3)
            let distance = distance(typed, other)
            // A distance of the whole word says nothing: 'x' is not a mistyped 'y'.
            if distance <= allowed, distance < max(typed.count, other.count) {
                found.append((distance, candidate))
            }
        }
        let nearestFirst = found.enumerated().sorted {
            ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset)
        }
        return nearestFirst.prefix(3).map(\.element.candidate)
    }

    /// " Did you mean 'a' or 'b'?", or nothing.
    static func question(_ words: [String]) -> String {
        guard !words.isEmpty else { return "" }
        return " Did you mean \(list(words.map { "'\($0)'" }, joiner: "or"))?"
    }

    /// "a, b or c".
    static func list(_ words: [String], joiner: String) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " \(joiner) \(last)"
    }

    /// The optimal string alignment distance (Damerau-Levenshtein without repeated edits).
    private static func distance(_ a: [Character], _ b: [Character]) -> Int {
        guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [i] + Array(repeating: 0, count: b.count)
            for j in 1...b.count {
                let replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
                row[j] = min(replaced, last[j] + 1, row[j - 1] + 1)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    row[j] = min(row[j], beforeLast[j - 2] + 1)
                }
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
