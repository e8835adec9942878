internal import ControlCoreDomain
internal import YAML

/// config/control.yaml.
struct ControlFile {
    static let name = "config/control.yaml"

    var policy = ControlCorePolicy()

    static func read(_ home: PolicyHome, _ findings: inout Findings) -> ControlFile {
        var file = ControlFile()
        guard let map = home.optionalMapping(of: name, &findings) else { return file }
        file.readTimes(map, &findings)
        findings.set(&file.policy.idsMax) { () throws(YAMLError) in
            try map.optionalInt("idsMax", in: 1_000...10_000_000)
        }
        findings.set(&file.policy.rateLimitPercent) { () throws(YAMLError) in
            try map.optionalDouble("rateLimitPercent", in: 1...100)
        }
        findings.set(&file.policy.autoscaleFactor) { () throws(YAMLError) in
            try map.optionalDouble("autoscaleFactor", in: 1...100)
        }
        findings.close(map)
        return file
    }

    private mutating func readTimes(_ map: YAMLMapping, _ findings: inout Findings) {
        let hourMs: Int64 = 3_600_000
        findings.set(&policy.commandMaxAgeMs) { () throws(YAMLError) in
            try map.optionalDurationMs("commandMaxAge", in: 1_000...(24 * hourMs))
        }
        findings.set(&policy.actWithinMs) { () throws(YAMLError) in
            try map.optionalDurationMs("actWithin", in: 1_000...hourMs)
        }
        findings.set(&policy.futureToleranceMs) { () throws(YAMLError) in
            try map.optionalDurationMs("futureTolerance", in: 0...hourMs)
        }
        findings.set(&policy.idsRememberedMs) { () throws(YAMLError) in
            try map.optionalDurationMs("idsRemembered", in: 60_000...(720 * hourMs))
        }
        findings.set(&policy.heartbeatIntervalMs) { () throws(YAMLError) in
            try map.optionalDurationMs("heartbeatEvery", in: 100...60_000)
        }
        findings.set(&policy.directiveTimeoutMs) { () throws(YAMLError) in
            try map.optionalDurationMs("directiveTimeout", in: 1_000...hourMs)
        }
        if policy.commandMaxAgeMs > policy.idsRememberedMs {
            let place = map.optional("commandMaxAge") ?? map.optional("idsRemembered")
            findings.conflict(
                "commandMaxAge: a command older than idsRemembered (\(policy.idsRememberedMs) ms) "
                    + "could be done twice",
                at: place?.mark ?? map.mark)
        }
    }
}
