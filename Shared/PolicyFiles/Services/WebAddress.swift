/// The parts of an http or https address that matter for checks.
struct WebAddress {
    let isEncrypted: Bool
    let host: String

    /// Nil if `text` is no address, or one with a user and password, which belong into no
    /// configuration.
    init?(_ text: String) {
        let lowercased = text.lowercased()
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }),
            let scheme = ["http://", "https://"].first(where: lowercased.hasPrefix)
        else { return nil }
        isEncrypted = scheme == "https://"
        let authority = lowercased.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
        guard !authority.contains("@") else { return nil }
        var host = authority
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            guard let port = UInt16(authority[authority.index(after: colon)...]), port > 0 else {
                return nil
            }
            host = authority[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty, !host.contains(where: { "[]\\\"<>^`{|}".contains($0) }) else {
            return nil
        }
        self.host = String(host)
    }

    /// Whether what is sent stays on this machine.
    var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Whether others on the way could read along.
    var isInTheClear: Bool { !isEncrypted && !isLoopback }
}
