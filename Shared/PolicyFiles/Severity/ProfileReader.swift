internal import Contracts
internal import OSCoreDomain
internal import YAML

/// Reads one severity profile.
enum ProfileReader {
    private static let dayMs: Int64 = 86_400_000
    private static let rulesMax = 32

    /// Everything but the rules; what is not given stays as it is.
    static func readFigures(
        _ map: YAMLMapping, into profile: inout SeverityProfile, _ findings: inout Findings
    ) {
        findings.set(&profile.windowMs) { () throws(YAMLError) in
            try map.optionalDurationMs("window", in: 10...dayMs)
        }
        findings.set(&profile.evaluateEveryMs) { () throws(YAMLError) in
            try map.optionalDurationMs("evaluateEvery", in: 0...dayMs)
        }
        findings.set(&profile.raiseWindows) { () throws(YAMLError) in
            try map.optionalInt("raiseWindows", in: 1...60)
        }
        findings.set(&profile.clearWindows) { () throws(YAMLError) in
            try map.optionalInt("clearWindows", in: 1...60)
        }
        findings.set(&profile.minRequests) { () throws(YAMLError) in
            try map.optionalDouble("minRequests", in: 0...1e9)
        }
        findings.set(&profile.quietClearMs) { () throws(YAMLError) in
            try map.optionalDurationMs("quietClear", in: 0...(7 * dayMs))
        }
        findings.set(&profile.trafficFloor) { () throws(YAMLError) in
            try map.optionalDouble("trafficFloor", in: 0...1e9)
        }
        findings.set(&profile.baselineMinutesMin) { () throws(YAMLError) in
            try map.optionalInt("baselineMinutesMin", in: 1...60)
        }
        findings.set(&profile.baselineFreezeMaxMs) { () throws(YAMLError) in
            try map.optionalDurationMs("baselineFreezeMax", in: 0...(30 * dayMs))
        }
        readMissingData(map, into: &profile, &findings)
    }

    private static func readMissingData(
        _ map: YAMLMapping, into profile: inout SeverityProfile, _ findings: inout Findings
    ) {
        if let field = map.optional("missingDataAfter") {
            if field.isWord("never") {
                profile.missingDataAfterMs = nil
            } else if let afterMs = findings.read({ () throws(YAMLError) in
                try field.durationMs(in: 100...dayMs)
            }) {
                profile.missingDataAfterMs = afterMs
            }
        }
        findings.set(&profile.missingDataSeverity) { () throws(YAMLError) in
            try map.optionalChoice("missingDataSeverity", of: Severity.self)
        }
        if let field = map.optional("missingInstanceSeverity") {
            if field.isWord("none") {
                profile.missingInstanceSeverity = nil
            } else if let severity = findings.read({ () throws(YAMLError) in
                try field.choice(of: Severity.self)
            }) {
                profile.missingInstanceSeverity = severity
            }
        }
    }

    /// The rules, each checked by the domain.
    static func readRules(_ map: YAMLMapping, _ findings: inout Findings) -> [SignalRule] {
        guard let field = findings.read({ () throws(YAMLError) in try map.required("rules") }),
            let fields = findings.read({ () throws(YAMLError) in try field.list() })
        else { return [] }
        if fields.count > rulesMax {
            findings.fail(field.error("\(fields.count) rules; at most \(rulesMax)"))
        }
        return fields.prefix(rulesMax).compactMap { rule($0, &findings) }
    }

    private static func rule(_ field: YAMLField, _ findings: inout Findings) -> SignalRule? {
        guard let map = findings.read({ () throws(YAMLError) in try field.mapping() }) else {
            return nil
        }
        defer { findings.close(map) }
        let sides = SignalRule.Side.allCases.compactMap { side in
            map.optional(side.rawValue).map { (side: side, field: $0) }
        }
        let recoverField = map.optional("recover")
        guard
            let measure = findings.read({ () throws(YAMLError) in
                try map.choice("measure", of: SignalRule.Measure.self)
            })
        else { return nil }
        guard sides.count == 1, let (side, limitsField) = sides.first else {
            findings.fail(map.error("expected either above or below"))
            return nil
        }
        let errorsBefore = findings.errors.count
        let limits = limits(limitsField, measure, &findings)
        var recover: Double?
        findings.set(&recover) { () throws(YAMLError) in
            try recoverField.map { field throws(YAMLError) in try number(field, measure) }
        }
        guard findings.errors.count == errorsBefore else { return nil }
        let rule = SignalRule(measure, side, limits: limits, recover: recover)
        do {
            try SeverityProfile(name: "rule", rules: [rule]).validate()
        } catch {
            findings.fail(limitsField.error("expected \(error.expected)"))
        }
        return rule
    }

    private static func limits(
        _ field: YAMLField, _ measure: SignalRule.Measure, _ findings: inout Findings
    ) -> [Severity: Double] {
        guard let map = findings.read({ () throws(YAMLError) in try field.mapping() }) else {
            return [:]
        }
        var limits: [Severity: Double] = [:]
        for severity in Severity.allCases {
            guard let limit = map.optional(severity.rawValue) else { continue }
            limits[severity] = findings.read { () throws(YAMLError) in try number(limit, measure) }
        }
        findings.close(map)
        return limits
    }

    /// A line in the measure's unit. Shares are at most 1, so that 10 for 10% is a mistake that is
    /// found, not a line that nothing ever passes.
    private static func number(
        _ field: YAMLField, _ measure: SignalRule.Measure
    ) throws(YAMLError) -> Double {
        switch measure {
        case .errorRatio, .dropRatio, .usedRatio: try field.fraction()
        case .p95Ms, .p95TimesNormal, .requestsPerSecond, .deadLetters, .deadLettersPerMinute,
            .slowedTasks:
            try field.double(in: 0...1e12)
        }
    }
}

extension YAMLField {
    fileprivate func isWord(_ word: String) -> Bool { node.scalar == .string(word) }
}
