internal import YAML

/// The directory that holds config/ and runbooks/.
struct PolicyHome {
    /// What files may cost: a configuration of 10,000 services has about 100,000 values.
    static let limits = YAMLLimits(bytesMax: 4 << 20, depthMax: 16, nodesMax: 400_000)

    let path: String

    /// The path of a file below the home directory, as it is opened and shown.
    func path(of name: String) -> String {
        if name.hasPrefix("/") || path.isEmpty || path == "." { return name }
        return path.hasSuffix("/") ? path + name : "\(path)/\(name)"
    }

    /// The keys of a file; one with nothing but comments has none. Nil with the problem added.
    func mapping(of name: String, _ findings: inout Findings) -> YAMLMapping? {
        let file = path(of: name)
        do {
            return mapping(try SmallFile.bytes(file, max: Self.limits.bytesMax), file, &findings)
        } catch {
            findings.fail(
                PolicyProblem(.unreadable, file: file, "\(error); is the home directory right?"))
            return nil
        }
    }

    /// The keys of a file that may be missing, which is worth a warning, if it has what is needed:
    /// the defaults hold then.
    func optionalMapping(
        of name: String, isNeeded: Bool = true, _ findings: inout Findings
    ) -> YAMLMapping? {
        let file = path(of: name)
        do {
            return mapping(try SmallFile.bytes(file, max: Self.limits.bytesMax), file, &findings)
        } catch  where error.isMissing {
            guard isNeeded else { return nil }
            findings.warn(PolicyProblem(.unreadable, file: file, "not there: the defaults hold"))
        } catch {
            findings.fail(PolicyProblem(.unreadable, file: file, "\(error)"))
        }
        return nil
    }

    private func mapping(
        _ bytes: [UInt8], _ file: String, _ findings: inout Findings
    ) -> YAMLMapping? {
        findings.read { () throws(YAMLError) in
            let root = try YAML.parse(bytes, file: file, limits: Self.limits)
            guard root.scalar == .null else { return try root.mapping() }
            return try YAMLNode(kind: .mapping([]), mark: root.mark).mapping()
        }
    }
}
