internal import Contracts
internal import YAML

/// config/services.yaml.
struct ServicesFile {
    static let name = "config/services.yaml"
    /// As many as one task of os-core takes.
    static let servicesMax = 10_000

    var policy = ServicesPolicy()
    /// Where each service stands.
    var marks: [String: YAMLMark] = [:]
    /// Where each service names its severity profile.
    var profileMarks: [String: YAMLMark] = [:]

    /// Nil if the file cannot be read at all; what is wrong within it is added to `findings`.
    static func read(_ home: PolicyHome, _ findings: inout Findings) -> ServicesFile? {
        guard let map = home.mapping(of: name, &findings) else { return nil }
        var file = ServicesFile()
        findings.set(&file.policy.maxServicesPerHour) { () throws(YAMLError) in
            try map.optionalInt("maxServicesPerHour", in: 0...10_000)
        }
        findings.set(&file.policy.deadLetterQueues) { () throws(YAMLError) in
            try map.optionalChoice("deadLetterQueues", of: AutomationMode.self)
        }
        if let scrape = findings.read({ () throws(YAMLError) in
            try map.optionalMapping("scrape")
        }) ?? nil {
            file.readScrape(scrape, &findings)
        }
        if let services = findings.read({ () throws(YAMLError) in
            try map.optionalMapping("services")
        }) ?? nil {
            file.readServices(services, &findings)
        }
        findings.close(map)
        return file
    }

    private mutating func readScrape(_ map: YAMLMapping, _ findings: inout Findings) {
        findings.set(&policy.scrape.intervalMs) { () throws(YAMLError) in
            try map.optionalDurationMs("every", in: 100...3_600_000)
        }
        findings.set(&policy.scrape.increaseFactor) { () throws(YAMLError) in
            try map.optionalInt("increaseFactor", in: 1...100)
        }
        findings.set(&policy.scrape.timeoutMs) { () throws(YAMLError) in
            try map.optionalDurationMs("timeout", in: 50...60_000)
        }
        findings.set(&policy.scrape.responseMaxBytes) { () throws(YAMLError) in
            try map.optionalSizeBytes("maxResponse", in: 1024...(64 << 20)).map(Int.init)
        }
        if policy.scrape.timeoutMs > policy.scrape.intervalMs {
            let place = map.optional("timeout") ?? map.optional("every")
            findings.conflict(
                "scrape.timeout: \(policy.scrape.timeoutMs) ms is more than scrape.every, "
                    + "\(policy.scrape.intervalMs) ms",
                at: place?.mark ?? map.mark)
        }
        findings.close(map)
    }

    private mutating func readServices(_ map: YAMLMapping, _ findings: inout Findings) {
        let entries = map.entries()
        if entries.count > Self.servicesMax {
            findings.fail(map.error("\(entries.count) services; at most \(Self.servicesMax)"))
        }
        for (name, mark, field) in entries {
            guard ServiceName.isValid(name) else {
                findings.fail(
                    YAMLError(
                        .invalidValue,
                        "services: '\(name.prefix(80))' is no name of a service: "
                            + "1 to 63 of a-z, 0-9, '-' and '_', beginning with a letter or digit",
                        at: mark))
                continue
            }
            marks[name] = mark
            readService(name, field, &findings)
        }
        // Sorted, so that the targets do not depend on the order of the services in the file.
        policy.scrape.targets.sort { $0.service < $1.service }
    }

    private mutating func readService(
        _ name: String, _ field: YAMLField, _ findings: inout Findings
    ) {
        var service = ServicePolicy()
        policy.services[name] = service
        // A name alone is a service of which nothing is known but that it exists.
        guard field.node.scalar != .null,
            let map = findings.read({ () throws(YAMLError) in try field.mapping() })
        else { return }
        findings.set(&service.automation) { () throws(YAMLError) in
            try map.optionalChoice("automation", of: AutomationMode.self)
        }
        findings.set(&service.severityProfile) { () throws(YAMLError) in
            try map.optionalString("severityProfile")
        }
        profileMarks[name] = map.optional("severityProfile")?.mark
        findings.set(&service.expectsSubscribers) { () throws(YAMLError) in
            try map.optionalBool("expectSubscribers")
        }
        let targets = TargetReader(service: name).read(map, &findings)
        policy.scrape.targets += targets
        service.expectsSignals = !targets.isEmpty
        findings.set(&service.expectsSignals) { () throws(YAMLError) in
            try map.optionalBool("expectSignals")
        }
        findings.close(map)
        policy.services[name] = service
    }
}
