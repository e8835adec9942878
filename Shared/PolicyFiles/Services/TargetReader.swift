internal import OSCoreDomain
internal import YAML

/// Reads `targets` and `metrics` of a service.
struct TargetReader {
    let service: String
    private static let targetsMax = 200

    func read(_ map: YAMLMapping, _ findings: inout Findings) -> [ScrapeTarget] {
        var metrics = MetricNames()
        if let names = findings.read({ () throws(YAMLError) in
            try map.optionalMapping("metrics")
        }) ?? nil {
            metrics = read(metrics: names, over: metrics, &findings)
        }
        let fields =
            findings.read { () throws(YAMLError) in try map.optionalList("targets") } ?? []
        if fields.count > Self.targetsMax, let field = map.optional("targets") {
            findings.fail(field.error("\(fields.count) targets; at most \(Self.targetsMax)"))
        }
        var targets: [ScrapeTarget] = []
        var instances: Set<String> = []
        for field in fields {
            guard let entry = findings.read({ () throws(YAMLError) in try field.mapping() }) else {
                continue
            }
            let instance = findings.read { () throws(YAMLError) in
                try self.instance(of: entry, among: instances)
            }
            let url = self.url(of: entry, &findings)
            var names = metrics
            if let own = findings.read({ () throws(YAMLError) in
                try entry.optionalMapping("metrics")
            }) ?? nil {
                names = read(metrics: own, over: metrics, &findings)
            }
            findings.close(entry)
            guard let instance, let url else { continue }
            instances.insert(instance)
            targets.append(
                ScrapeTarget(service: service, instance: instance, url: url, metrics: names))
        }
        return targets
    }

    private func instance(
        of map: YAMLMapping, among taken: Set<String>
    ) throws(YAMLError) -> String {
        let field = try map.required("instance")
        let instance = try field.string()
        guard (1...128).contains(instance.utf8.count),
            instance.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { throw field.error("expected 1 to 128 visible ASCII characters without spaces") }
        guard !taken.contains(instance) else {
            throw field.error("'\(instance)' is an instance of \(service) already")
        }
        return instance
    }

    private func url(of map: YAMLMapping, _ findings: inout Findings) -> String? {
        findings.read { () throws(YAMLError) in try map.required("url") }.flatMap { field in
            guard let text = findings.read({ () throws(YAMLError) in try field.string() }) else {
                return nil
            }
            guard let address = WebAddress(text) else {
                findings.fail(
                    field.error(
                        "expected an address such as http://127.0.0.1:8081/metrics, "
                            + "without user and password"))
                return nil
            }
            if address.isInTheClear {
                findings.warn(
                    "\(field.path): metrics of \(address.host) are read over plain http",
                    at: field.mark)
            }
            return text
        }
    }

    private func read(
        metrics map: YAMLMapping, over defaults: MetricNames, _ findings: inout Findings
    ) -> MetricNames {
        var names = defaults
        func name(_ key: String) throws(YAMLError) -> String? {
            guard let field = map.optional(key) else { return nil }
            let text = try field.string()
            guard Self.isMetricName(text) else {
                throw field.error("expected the name of a metric: a-z, A-Z, 0-9, '_' and ':'")
            }
            return text
        }
        findings.set(&names.requests) { () throws(YAMLError) in try name("requests") }
        findings.set(&names.statusLabel) { () throws(YAMLError) in try name("statusLabel") }
        findings.set(&names.errors) { () throws(YAMLError) in try name("errors") }
        findings.set(&names.latency) { () throws(YAMLError) in try name("latency") }
        findings.set(&names.latencyUnit) { () throws(YAMLError) in
            try map.optionalChoice("latencyUnit", of: MetricNames.LatencyUnit.self)
        }
        findings.set(&names.refusedByFlag) { () throws(YAMLError) in try name("refusedByFlag") }
        findings.set(&names.cpu) { () throws(YAMLError) in try name("cpu") }
        findings.set(&names.memory) { () throws(YAMLError) in try name("memory") }
        findings.set(&names.startTime) { () throws(YAMLError) in try name("startTime") }
        findings.close(map)
        return names
    }

    /// https://prometheus.io/docs/concepts/data_model/
    private static func isMetricName(_ text: String) -> Bool {
        func isLetter(_ byte: UInt8) -> Bool {
            (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte) || byte == 0x5f
                || byte == 0x3a
        }
        let bytes = text.utf8
        return (1...200).contains(bytes.count) && bytes.first.map(isLetter) == true
            && bytes.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) }
    }
}
