internal import Contracts
internal import IncidentCoreDomain
internal import YAML

/// config/incidents.yaml.
struct IncidentsFile {
    static let name = "config/incidents.yaml"

    var policy = IncidentCorePolicy()

    static func read(_ home: PolicyHome, _ findings: inout Findings) -> IncidentsFile {
        var file = IncidentsFile()
        guard let map = home.optionalMapping(of: name, &findings) else { return file }
        file.readTimes(map, &findings)
        findings.set(&file.policy.timelineMax) { () throws(YAMLError) in
            try map.optionalInt("timelineMax", in: 10...1_000)
        }
        findings.set(&file.policy.alertsMax) { () throws(YAMLError) in
            try map.optionalInt("alertsMax", in: 1...200)
        }
        findings.set(&file.policy.incidentsKeptMax) { () throws(YAMLError) in
            try map.optionalInt("incidentsKeptMax", in: 1...1_000)
        }
        findings.set(&file.policy.idsMax) { () throws(YAMLError) in
            try map.optionalInt("idsMax", in: 1_000...10_000_000)
        }
        if let names = findings.read({ () throws(YAMLError) in
            try map.optionalMapping("severityNames")
        }) ?? nil {
            file.readSeverityNames(names, &findings)
        }
        findings.close(map)
        return file
    }

    private mutating func readTimes(_ map: YAMLMapping, _ findings: inout Findings) {
        let hourMs: Int64 = 3_600_000
        findings.set(&policy.resolveAfterMs) { () throws(YAMLError) in
            try map.optionalDurationMs("resolveAfter", in: 100...(24 * hourMs))
        }
        findings.set(&policy.reopenWithinMs) { () throws(YAMLError) in
            try map.optionalDurationMs("reopenWithin", in: 0...(24 * hourMs))
        }
        findings.set(&policy.viewKeptMs) { () throws(YAMLError) in
            try map.optionalDurationMs("viewKept", in: 60_000...(2_160 * hourMs))
        }
        findings.set(&policy.viewIntervalMs) { () throws(YAMLError) in
            try map.optionalDurationMs("viewEvery", in: 100...60_000)
        }
        findings.set(&policy.futureToleranceMs) { () throws(YAMLError) in
            try map.optionalDurationMs("futureTolerance", in: 0...hourMs)
        }
        findings.set(&policy.idsRememberedMs) { () throws(YAMLError) in
            try map.optionalDurationMs("idsRemembered", in: 60_000...(720 * hourMs))
        }
        if policy.reopenWithinMs > policy.viewKeptMs {
            let place = map.optional("reopenWithin") ?? map.optional("viewKept")
            findings.conflict(
                "reopenWithin: an incident is forgotten after viewKept, \(policy.viewKeptMs) ms",
                at: place?.mark ?? map.mark)
        }
    }

    private mutating func readSeverityNames(_ map: YAMLMapping, _ findings: inout Findings) {
        policy.severityNames = [:]
        for (name, mark, field) in map.entries() {
            let key = name.lowercased()
            guard !key.isEmpty, Severity(rawValue: name.uppercased()) == nil else {
                findings.fail(
                    YAMLError(
                        .invalidValue, "severityNames: '\(name)' is no name of another scale",
                        at: mark))
                continue
            }
            guard policy.severityNames[key] == nil else {
                findings.fail(
                    YAMLError(.invalidValue, "severityNames: '\(name)' is there twice", at: mark))
                continue
            }
            if let severity = findings.read({ () throws(YAMLError) in
                try field.choice(of: Severity.self)
            }) {
                policy.severityNames[key] = severity
            }
        }
    }
}
