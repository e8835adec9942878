internal import JSON
internal import Signing

/// Takes secrets out of what programs write and endpoints answer: those that the action used, and
/// whatever stands behind a word such as `password=`.
struct OutputMask {
    static let mark = "***"
    private static let words = [
        "password", "passwd", "secret", "token", "apikey", "api_key", "api-key", "authorization",
        "bearer", "private_key", "access_key",
    ]
    private let secrets: [String]

    init(secrets: some Collection<String>) {
        // Of a short text every letter of a word would be masked.
        let used = secrets.filter { $0.utf8.count >= 4 }
        // As it is, and as the filters of templates write it.
        self.secrets = (used + used.map { Base64.encode(Array($0.utf8)) } + used.map(Self.inJSON))
            .sorted { $0.utf8.count > $1.utf8.count }
    }

    private static func inJSON(_ text: String) -> String {
        let quoted = (try? JSONValue.string(text).serialized()) ?? []
        return String(decoding: quoted.dropFirst().dropLast(), as: UTF8.self)
    }

    /// The text without secrets: before anything is cut from it or replaced in it, for a part of a
    /// secret is none to be found.
    func apply(to text: String) -> String {
        var text = text
        for secret in secrets { text = text.replacing(secret, with: Self.mark) }
        return text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { Self.maskWords(String($0)) }.joined(separator: "\n")
    }

    /// `password: abc` becomes `password: ***`, with quotes, `=`, `:` or a space between.
    private static func maskWords(_ line: String) -> String {
        let lower = Array(line.utf8.map { (0x41...0x5a).contains($0) ? $0 + 0x20 : $0 })
        let bytes = Array(line.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard let word = words.first(where: { lower[index...].starts(with: $0.utf8) }) else {
                result.append(bytes[index])
                index += 1
                continue
            }
            var end = index + word.utf8.count
            let isBearer = word == "bearer"
            var hasMark = isBearer
            while end < bytes.count, "\"' =:\t".utf8.contains(bytes[end]) {
                if bytes[end] == UInt8(ascii: "=") || bytes[end] == UInt8(ascii: ":") {
                    hasMark = true
                }
                end += 1
            }
            result += bytes[index..<end]
            index = end
            let value = lower[end...]
            // Of `Authorization: Bearer x` the second word has the secret behind it.
            guard hasMark, end < bytes.count, !value.starts(with: "bearer".utf8) else { continue }
            // Of `Authorization: Basic x`, or another scheme, all of the line is the secret.
            let ends = word == "authorization" ? "\"'" : "\"' ,;&}\t"
            while index < bytes.count, !ends.utf8.contains(bytes[index]) { index += 1 }
            result += Array(mark.utf8)
        }
        return String(decoding: result, as: UTF8.self)
    }
}
