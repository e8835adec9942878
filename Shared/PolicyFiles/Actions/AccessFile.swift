internal import Contracts
internal import Signing
internal import YAML

/// config/access.yaml.
struct AccessFile {
    static let name = "config/access.yaml"

    static func read(_ home: PolicyHome, _ findings: inout Findings) -> AccessPolicy {
        var policy = AccessPolicy()
        guard let map = home.optionalMapping(of: name, isNeeded: false, &findings) else {
            return policy
        }
        findings.set(&policy.requiresSignatures) { () throws(YAMLError) in
            try map.optionalBool("requireSignatures")
        }
        findings.set(&policy.signatureMaxAgeMs) { () throws(YAMLError) in
            try map.optionalDurationMs("signatureMaxAge", in: 1_000...900_000)
        }
        for (name, mark, field) in ActionsFile.entries(map, "principals", &findings) {
            guard (1...128).contains(name.utf8.count),
                name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f })
            else {
                findings.fail(
                    YAMLError(
                        .invalidValue, "\(field.path): expected 1 to 128 printable bytes", at: mark)
                )
                continue
            }
            guard let own = findings.read({ () throws(YAMLError) in try field.mapping() }),
                let role = findings.read({ () throws(YAMLError) in try self.role(own) })
            else { continue }
            var principal = AccessPolicy.Principal(role: role)
            principal.publicKeys = publicKeys(own, &findings)
            findings.close(own)
            policy.principals[name] = principal
        }
        readServices(map, &policy, &findings)
        if policy.requiresSignatures,
            policy.principals.values.allSatisfy({ $0.publicKeys.isEmpty || $0.role == .viewer })
        {
            findings.conflict(
                "requireSignatures: true, but nobody who may act has a key",
                at: map.optional("requireSignatures")?.mark ?? map.mark)
        }
        if policy.requiresSignatures, policy.services[Self.ownService]?.isEmpty ?? true {
            findings.warn(
                "requireSignatures: true, but services names no key of \(Self.ownService): "
                    + "what runbooks ask for will be refused",
                at: map.optional("requireSignatures")?.mark ?? map.mark)
        }
        findings.close(map)
        return policy
    }

    /// The service whose requests are those of runbooks.
    private static let ownService = "nervous-system"

    private static func readServices(
        _ map: YAMLMapping, _ policy: inout AccessPolicy, _ findings: inout Findings
    ) {
        for (name, mark, field) in ActionsFile.entries(map, "services", &findings) {
            guard ServiceName.isValid(name) else {
                findings.fail(
                    YAMLError(
                        .invalidValue, "\(field.path): expected the name of a service", at: mark))
                continue
            }
            guard let own = findings.read({ () throws(YAMLError) in try field.mapping() }) else {
                continue
            }
            let keys = publicKeys(own, &findings)
            if keys.isEmpty { findings.fail(own.error("publicKeys: none")) }
            findings.close(own)
            policy.services[name] = keys
        }
    }

    private static func publicKeys(
        _ map: YAMLMapping, _ findings: inout Findings
    ) -> [[UInt8]] {
        let fields = findings.read { () throws(YAMLError) in try map.optionalList("publicKeys") }
        return (fields ?? []).compactMap { field in
            findings.read { () throws(YAMLError) in try publicKey(field) }
        }
    }

    private static func role(_ map: YAMLMapping) throws(YAMLError) -> AccessRole {
        let role = try map.choice("role", of: AccessRole.self)
        guard role != .automation else {
            throw map.error("role: expected one of viewer, responder, commander")
        }
        return role
    }

    private static func publicKey(_ field: YAMLField) throws(YAMLError) -> [UInt8] {
        guard let bytes = Base64.decode(try field.string()),
            bytes.count == Ed25519.publicKeyByteCount
        else { throw field.error("expected a public key, as 'dreamnet keys new' prints it") }
        return bytes
    }
}
