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
            let keys = findings.read { () throws(YAMLError) in
                try own.optionalList("publicKeys")
            }
            for key in keys ?? [] {
                if let bytes = findings.read({ () throws(YAMLError) in try publicKey(key) }) {
                    principal.publicKeys.append(bytes)
                }
            }
            findings.close(own)
            policy.principals[name] = principal
        }
        if policy.requiresSignatures,
            policy.principals.values.allSatisfy({ $0.publicKeys.isEmpty || $0.role == .viewer })
        {
            findings.conflict(
                "requireSignatures: true, but nobody who may act has a key",
                at: map.optional("requireSignatures")?.mark ?? map.mark)
        }
        findings.close(map)
        return policy
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
