extension String {
    /// The text, cut between characters to at most `bytes` of UTF-8: what comes from outside is
    /// kept in state and shown in one line, so it must not be longer than one.
    func cut(utf8Bytes bytes: Int) -> String {
        guard utf8.count > bytes else { return self }
        var end = utf8.index(startIndex, offsetBy: bytes)
        while end > startIndex, end.samePosition(in: unicodeScalars) == nil {
            end = utf8.index(before: end)
        }
        return String(self[..<end])
    }
}
