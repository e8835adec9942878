internal import Contracts
internal import OSCoreDomain
internal import YAML

/// config/severity.yaml.
struct SeverityFile {
    static let name = "config/severity.yaml"
    private static let profilesMax = 200

    var policy: OSCorePolicy

    /// Nil if the file cannot be read at all; what is wrong within it is added to `findings`.
    static func read(_ home: PolicyHome, _ findings: inout Findings) -> SeverityFile? {
        guard let map = home.mapping(of: name, &findings) else { return nil }
        var base = SeverityProfile(name: "defaults", rules: [])
        if let defaults = findings.read({ () throws(YAMLError) in
            try map.optionalMapping("defaults")
        }) ?? nil {
            ProfileReader.readFigures(defaults, into: &base, &findings)
            findings.close(defaults)
        }
        let profiles = readProfiles(map, base, &findings)
        var policy = OSCorePolicy(profiles: profiles, defaultProfile: "")
        readFigures(map, into: &policy, &findings)
        if let field = findings.read({ () throws(YAMLError) in
            try map.required("defaultProfile")
        }), let name = findings.read({ () throws(YAMLError) in try field.string() }) {
            policy.defaultProfile = name
            checkProfile(name, at: field, "defaultProfile", policy, &findings)
        }
        policy.deadLetterProfile = profile("deadLetterProfile", of: map, policy, &findings)
        policy.slowedInputProfile = profile("slowedInputProfile", of: map, policy, &findings)
        findings.close(map)
        return SeverityFile(policy: policy)
    }

    /// The profile that `key` names; nil if there is no such key.
    private static func profile(
        _ key: String, of map: YAMLMapping, _ policy: OSCorePolicy, _ findings: inout Findings
    ) -> String? {
        guard let field = map.optional(key),
            let name = findings.read({ () throws(YAMLError) in try field.string() })
        else { return nil }
        checkProfile(name, at: field, key, policy, &findings)
        return name
    }

    private static func checkProfile(
        _ name: String, at field: YAMLField, _ path: String, _ policy: OSCorePolicy,
        _ findings: inout Findings
    ) {
        guard policy.profiles[name] == nil else { return }
        let names = policy.profiles.keys.sorted().joined(separator: ", ")
        findings.conflict(
            "\(path): '\(name)' is no profile; expected one of \(names)", at: field.mark)
    }

    private static func readProfiles(
        _ map: YAMLMapping, _ base: SeverityProfile, _ findings: inout Findings
    ) -> [SeverityProfile] {
        guard let field = findings.read({ () throws(YAMLError) in try map.required("profiles") }),
            let entries = findings.read({ () throws(YAMLError) in
                try field.mapping().entries()
            })
        else { return [] }
        if entries.count > profilesMax {
            findings.fail(field.error("\(entries.count) profiles; at most \(profilesMax)"))
        }
        return entries.map { name, mark, field in
            if name.isEmpty || name.utf8.count > 63 {
                findings.fail(
                    YAMLError(
                        .invalidValue, "profiles: expected names of 1 to 63 characters", at: mark))
            }
            var profile = base
            profile.name = name
            guard let map = findings.read({ () throws(YAMLError) in try field.mapping() }) else {
                return profile
            }
            ProfileReader.readFigures(map, into: &profile, &findings)
            profile.rules = ProfileReader.readRules(map, &findings)
            findings.close(map)
            return profile
        }
    }

    private static func readFigures(
        _ map: YAMLMapping, into policy: inout OSCorePolicy, _ findings: inout Findings
    ) {
        findings.set(&policy.lowerThresholdFactor) { () throws(YAMLError) in
            try map.optionalDouble("lowerThresholdFactor", in: 0.01...1)
        }
        findings.set(&policy.servicesMax) { () throws(YAMLError) in
            try map.optionalInt("servicesMax", in: 1...1_000_000)
        }
        findings.set(&policy.instancesMax) { () throws(YAMLError) in
            try map.optionalInt("instancesMax", in: 1...10_000)
        }
        findings.set(&policy.forgetAfterMs) { () throws(YAMLError) in
            try map.optionalDurationMs("forgetAfter", in: 60_000...(365 * 86_400_000))
        }
        findings.set(&policy.futureToleranceMs) { () throws(YAMLError) in
            try map.optionalDurationMs("futureTolerance", in: 0...3_600_000)
        }
    }
}
