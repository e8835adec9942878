/// How far apart two words are, for suggestions.
enum EditDistance {
    /// The nearest candidate, if a person could have meant it: at most a third of the letters
    /// inserted, left out or replaced. Of equally near ones the first by the alphabet.
    static func nearest(to word: String, among candidates: Set<String>) -> String? {
        let letters = Array(word.lowercased().prefix(64))
        let limit = letters.count / 3
        return
            candidates.map { (distance: between(letters, Array($0.lowercased())), word: $0) }
            .filter { $0.distance <= limit }
            .min { ($0.distance, $0.word) < ($1.distance, $1.word) }?.word
    }

    /// Levenshtein's distance.
    private static func between(_ left: [Character], _ right: [Character]) -> Int {
        var previous = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                let replaced = previous[column] + (letter == other ? 0 : 1)
                current.append(min(replaced, previous[column + 1] + 1, current[column] + 1))
            }
            previous = current
        }
        return previous[right.count]
    }
}
