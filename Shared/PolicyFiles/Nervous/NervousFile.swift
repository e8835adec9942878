internal import Contracts
internal import NervousSystemDomain
internal import YAML

/// config/nervous.yaml.
struct NervousFile {
    static let name = "config/nervous.yaml"

    var policy = NervousSystemPolicy()

    static func read(_ home: PolicyHome, _ findings: inout Findings) -> NervousFile {
        var file = NervousFile()
        guard let map = home.optionalMapping(of: name, &findings) else { return file }
        let hourMs: Int64 = 3_600_000
        findings.set(&file.policy.outcomeWithinMs) { () throws(YAMLError) in
            try map.optionalDurationMs("outcomeWithin", in: 1_000...hourMs)
        }
        findings.set(&file.policy.retryMs) { () throws(YAMLError) in
            try map.optionalDurationMs("retryEvery", in: 100...hourMs)
        }
        findings.set(&file.policy.viewKeepMs) { () throws(YAMLError) in
            try map.optionalDurationMs("viewKept", in: 60_000...(720 * hourMs))
        }
        findings.set(&file.policy.deadLettersEveryMs) { () throws(YAMLError) in
            try map.optionalDurationMs("countDeadLettersEvery", in: 100...hourMs)
        }
        if let ingress = findings.read({ () throws(YAMLError) in
            try map.optionalMapping("ingress")
        }) ?? nil {
            file.read(ingress: ingress, &findings)
        }
        if let notifications = findings.read({ () throws(YAMLError) in
            try map.optionalMapping("notifications")
        }) ?? nil {
            file.read(notifications: notifications, &findings)
        }
        findings.close(map)
        return file
    }

    private mutating func read(ingress map: YAMLMapping, _ findings: inout Findings) {
        let hourMs: Int64 = 3_600_000
        findings.set(&policy.ingress.rememberMs) { () throws(YAMLError) in
            try map.optionalDurationMs("idsRemembered", in: 60_000...(720 * hourMs))
        }
        findings.set(&policy.ingress.idsMax) { () throws(YAMLError) in
            try map.optionalInt("idsMax", in: 1_000...10_000_000)
        }
        findings.set(&policy.ingress.futureToleranceMs) { () throws(YAMLError) in
            try map.optionalDurationMs("futureTolerance", in: 0...hourMs)
        }
        findings.set(&policy.ingress.bytesMax) { () throws(YAMLError) in
            try map.optionalSizeBytes("maxMessage", in: 1_024...(1 << 20)).map(Int.init)
        }
        findings.close(map)
    }

    private mutating func read(notifications map: YAMLMapping, _ findings: inout Findings) {
        if map.optional("page") != nil {
            var severities: Set<Severity> = []
            for field in findings.read({ () throws(YAMLError) in try map.list("page") }) ?? [] {
                if let severity = findings.read({ () throws(YAMLError) in
                    try field.choice(of: Severity.self)
                }) {
                    severities.insert(severity)
                }
            }
            policy.notifications.pageSeverities = severities
        }
        findings.set(&policy.notifications.tellResolved) { () throws(YAMLError) in
            try map.optionalBool("tellResolved")
        }
        findings.close(map)
    }
}
