import Contracts
import OSCoreDomain
import PolicyFiles
import Testing

@Suite struct SeverityFileTests {
    private static let name = "config/severity.yaml"
    private static let services = "config/services.yaml"

    private func found(_ severity: String, services: String = "") throws -> [String] {
        try problems([Self.name: severity, Self.services: services]) {
            directory throws(PolicyFilesError) in try directory.loadOSCore()
        }
    }

    @Test func `every key is read, and what a profile does not say the defaults do`() throws {
        let home = try TemporaryHome([
            Self.services: """
            services:
              shop: {severityProfile: strict, targets: [{instance: a, url: "http://[::1]:1/"}]}
              search: {}
            """,
            Self.name: """
            defaultProfile: mild
            lowerThresholdFactor: 0.5
            servicesMax: 20
            instancesMax: 10
            forgetAfter: 2h
            futureTolerance: 5s
            defaults: {window: 30s, minRequests: 7, missingDataAfter: never}
            profiles:
              mild: {rules: []}
              strict:
                window: 20s
                evaluateEvery: 1s
                raiseWindows: 3
                clearWindows: 4
                minRequests: 9.5
                quietClear: 1m
                missingDataAfter: 15s
                missingDataSeverity: P0
                missingInstanceSeverity: none
                trafficFloor: 2
                baselineMinutesMin: 5
                baselineFreezeMax: 1h
                rules:
                  - {measure: error_ratio, above: {P0: 10%, P2: 0.01}, recover: 0.5%}
                  - {measure: requests_per_second, below: {P1: 8}}
            """,
        ])
        let loaded = try PolicyDirectory(home: home.path).loadOSCore()
        #expect(loaded.warnings.isEmpty)
        let mild = SeverityProfile(
            name: "mild", rules: [], windowMs: 30_000, minRequests: 7, missingDataAfterMs: nil)
        let strict = SeverityProfile(
            name: "strict",
            rules: [
                SignalRule(.errorRatio, limits: [.p0: 0.1, .p2: 0.01], recover: 0.005),
                SignalRule(.requestsPerSecond, .below, limits: [.p1: 8]),
            ], windowMs: 20_000, evaluateEveryMs: 1_000, raiseWindows: 3, clearWindows: 4,
            minRequests: 9.5, quietClearMs: 60_000, missingDataAfterMs: 15_000,
            missingDataSeverity: .p0, missingInstanceSeverity: nil, trafficFloor: 2,
            baselineMinutesMin: 5, baselineFreezeMaxMs: 3_600_000)
        #expect(
            loaded.value.policy
                == OSCorePolicy(
                    profiles: [mild, strict], defaultProfile: "mild",
                    profileOfService: ["shop": "strict"], expectedServices: ["shop"],
                    lowerThresholdFactor: 0.5, servicesMax: 20, instancesMax: 10,
                    forgetAfterMs: 7_200_000, futureToleranceMs: 5_000))
        #expect(loaded.value.scrape.targets.map(\.service) == ["shop"])
        #expect(throws: Never.self) { try loaded.value.policy.validate() }
    }

    @Test(arguments: [
        ("", ["1:1: defaultProfile: missing", "1:1: profiles: missing"]),
        (
            "defaultProfile: a\nprofiles: {b: {rules: []}, c: {rules: []}}",
            ["1:17: defaultProfile: 'a' is no profile; expected one of b, c"]
        ),
        (
            "defaultProfile: a\nslowedInputProfile: b\nprofiles: {a: {rules: []}}",
            ["2:21: slowedInputProfile: 'b' is no profile; expected one of a"]
        ),
        ("defaultProfile: a\nprofiles: {a: {}}", ["2:15: profiles.a.rules: missing"]),
        (
            "defaultProfile: a\nprofiles: {a: {rules: [], raise_windows: 2}}",
            ["2:27: profiles.a.raise_windows: unknown key; did you mean 'raiseWindows'?"]
        ),
        (
            "defaultProfile: a\ndefaults: {window: 5ms}\nprofiles: {a: {rules: []}}",
            ["2:20: defaults.window: expected a duration from 10 to 86400000 ms, got '5ms'"]
        ),
        (
            "defaultProfile: a\nprofiles: {a: {rules: [{measure: p95, above: {P0: 1}}]}}",
            [
                "2:34: profiles.a.rules[0].measure: expected one of p95_ms, p95_times_normal, "
                    + "error_ratio, drop_ratio, requests_per_second, used_ratio, dead_letters, "
                    + "dead_letters_per_minute, slowed_tasks, got 'p95'"
            ]
        ),
        (
            "defaultProfile: a\nprofiles: {a: {rules: [{measure: p95_ms}]}}",
            ["2:24: profiles.a.rules[0]: expected either above or below"]
        ),
        (
            "defaultProfile: a\nprofiles: {a: {rules: [{measure: error_ratio, above: {P0: 10}}]}}",
            [
                "2:59: profiles.a.rules[0].above.P0: expected a share such as 10% from 0.0 to 1.0, "
                    + "got '10'"
            ]
        ),
        (
            "defaultProfile: a\nprofiles: {a: {rules: [{measure: p95_ms, above: {P0: 1, P1: 2}}]}}",
            [
                "2:49: profiles.a.rules[0].above: expected limits that P0 passes last, and a "
                    + "recovery on their good side"
            ]
        ),
        (
            "defaultProfile: a\nprofiles: {a: {rules: [{measure: p95_ms, above: {P5: 1}}]}}",
            ["2:50: profiles.a.rules[0].above.P5: unknown key"]
        ),
    ])
    func `a mistake is shown with its place`(text: String, expected: [String]) throws {
        #expect(try found(text) == expected.map { "\(Self.name):\($0)" })
    }

    private static let fast = """
        defaultProfile: a
        profiles: {a: {window: 1s, rules: []}, b: {missingDataAfter: 8s, rules: []}}
        """

    @Test(arguments: [
        (
            "services:\n  shop: {severityProfile: c}",
            [
                "2:27: services.shop.severityProfile: 'c' is no profile of config/severity.yaml; "
                    + "expected one of a, b"
            ]
        ),
        (
            "services:\n  shop: {targets: [{instance: i, url: 'http://[::1]/'}]}",
            [
                "2:3: services.shop: the window of profile a, 1000 ms, is shorter than "
                    + "scrape.every, 5000 ms"
            ]
        ),
        ("services:\n  shop: {}", []),
    ])
    func `services and profiles have to fit`(services: String, expected: [String]) throws {
        let found = try found(Self.fast, services: services)
        #expect(found == expected.map { "\(Self.services):\($0)" })
    }

    @Test func `a silence of one scrape is worth a warning`() throws {
        let files = [
            Self.name: Self.fast,
            Self.services: """
            services:
              shop: {severityProfile: b, targets: [{instance: i, url: "http://[::1]/"}]}
            """,
        ]
        let found = try warnings(files) { directory throws(PolicyFilesError) in
            try directory.loadOSCore()
        }
        #expect(
            found == [
                "\(Self.services):2:27: services.shop: one read that fails raises missing_data: "
                    + "missingDataAfter of profile b is 8000 ms, scrape.every 5000 ms"
            ])
    }
}
