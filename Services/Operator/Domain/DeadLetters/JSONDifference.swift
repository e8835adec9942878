internal import Contracts
public import JSON

/// How one JSON value differs from another, field by field.
public enum JSONDifference {
    private static let shownBytesMax = 120

    /// `payload.errorRate: 50 → 0.5`, one a line, in the order of the fields; at most `limit`.
    public static func lines(from old: JSONValue, to new: JSONValue, limit: Int = 20) -> [String] {
        var lines: [String] = []
        compare(old, new, at: "", &lines)
        guard lines.count > limit else { return lines }
        return lines.prefix(limit) + ["and \(lines.count - limit) more"]
    }

    private static func compare(
        _ old: JSONValue?, _ new: JSONValue?, at path: String, _ lines: inout [String]
    ) {
        switch (old, new) {
        case (let old?, let new?) where isSame(old, new): return
        case (.object(let old)?, .object(let new)?):
            for name in Set(old.keys).union(new.keys).sorted() {
                compare(
                    old[name], new[name], at: path.isEmpty ? name : "\(path).\(name)", &lines)
            }
        case (.array(let old)?, .array(let new)?):
            for index in 0..<max(old.count, new.count) {
                // Not nil, which is a JSON value as well.
                compare(
                    old.dropFirst(index).first, new.dropFirst(index).first,
                    at: "\(path)[\(index)]", &lines)
            }
        case (let old?, let new?):
            lines.append("\(name(path)): \(text(old)) → \(text(new))")
        case (nil, let new?): lines.append("\(name(path)): added \(text(new))")
        case (let old?, nil): lines.append("\(name(path)): \(text(old)) removed")
        case (nil, nil): return
        }
    }

    /// `1` and `1.0` are the same number.
    private static func isSame(_ old: JSONValue, _ new: JSONValue) -> Bool {
        if old == new { return true }
        guard let one = old.doubleValue, let other = new.doubleValue else { return false }
        return one == other && old.intValue == new.intValue
    }

    private static func name(_ path: String) -> String { path.isEmpty ? "message" : path }

    private static func text(_ value: JSONValue) -> String {
        let text = (try? value.serializedString()) ?? "?"
        return text.utf8.count <= shownBytesMax
            ? text : String(decoding: text.utf8.prefix(shownBytesMax), as: UTF8.self) + "…"
    }
}
