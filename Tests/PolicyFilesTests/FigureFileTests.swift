import Contracts
import ControlCoreDomain
import IncidentCoreDomain
import NervousSystemDomain
import PolicyFiles
import Testing

/// config/control.yaml, config/incidents.yaml and config/nervous.yaml.
@Suite struct FigureFileTests {
    private static let services = "config/services.yaml"

    @Test func `control-core goes by control.yaml and services.yaml`() throws {
        let home = try TemporaryHome([
            Self.services: "maxServicesPerHour: 7\nservices: {shop: {automation: ask}}",
            "config/control.yaml": """
            commandMaxAge: 1m
            actWithin: 2m
            futureTolerance: 1s
            idsRemembered: 3h
            idsMax: 2000
            rateLimitPercent: 12.5
            autoscaleFactor: 3
            heartbeatEvery: 250ms
            directiveTimeout: 4s
            """,
        ])
        let loaded = try PolicyDirectory(home: home.path).loadControlCore(settingPartitions: 9)
        #expect(
            loaded.value
                == ControlCorePolicy(
                    commandMaxAgeMs: 60_000, actWithinMs: 120_000, futureToleranceMs: 1_000,
                    idsRememberedMs: 10_800_000, idsMax: 2_000, maxServicesPerHour: 7,
                    rateLimitPercent: 12.5, autoscaleFactor: 3, heartbeatIntervalMs: 250,
                    directiveTimeoutMs: 4_000, settingPartitions: 9, automation: ["shop": .ask]))
        #expect(loaded.warnings.isEmpty)
    }

    @Test func `without control.yaml the defaults hold, with a warning`() throws {
        let home = try TemporaryHome([Self.services: ""])
        let loaded = try PolicyDirectory(home: home.path).loadControlCore(settingPartitions: 4)
        #expect(loaded.value == ControlCorePolicy())
        #expect(
            loaded.warnings.map { home.relative("\($0)") } == [
                "config/control.yaml: not there: the defaults hold"
            ])
    }

    @Test(arguments: [
        (
            "commandMaxAge: 15",
            ["1:16: commandMaxAge: expected a duration such as 250ms, 30s, 5m, 24h or 7d, got '15'"]
        ),
        (
            "actWithin: 2h\nautoscaleFacter: 2",
            [
                "1:12: actWithin: expected a duration from 1000 to 3600000 ms, got '2h'",
                "2:1: autoscaleFacter: unknown key; did you mean 'autoscaleFactor'?",
            ]
        ),
        (
            "rateLimitPercent: 0",
            ["1:19: rateLimitPercent: expected a number from 1.0 to 100.0, got '0'"]
        ),
        (
            "idsRemembered: 1m",
            [
                "1:16: commandMaxAge: a command older than idsRemembered (60000 ms) could be done "
                    + "twice"
            ]
        ),
        ("- a", ["1:1: expected a mapping, got a list"]),
    ])
    func `a mistake in control.yaml is shown with its place`(
        text: String, expected: [String]
    ) throws {
        let files = [Self.services: "", "config/control.yaml": text]
        let found = try problems(files) { directory throws(PolicyFilesError) in
            try directory.loadControlCore(settingPartitions: 4)
        }
        #expect(found == expected.map { "config/control.yaml:\($0)" })
    }

    @Test func `mistakes in two files are shown together`() throws {
        let files = [Self.services: "a: 1", "config/control.yaml": "b: 1"]
        let found = try problems(files) { directory throws(PolicyFilesError) in
            try directory.loadControlCore(settingPartitions: 4)
        }
        #expect(
            found == [
                "config/control.yaml:1:1: b: unknown key", "\(Self.services):1:1: a: unknown key",
            ])
    }

    @Test func `incident-core goes by incidents.yaml and the triggers of runbooks`() throws {
        let home = try TemporaryHome([
            "config/incidents.yaml": """
            resolveAfter: 10s
            reopenWithin: 20s
            timelineMax: 50
            alertsMax: 8
            viewKept: 1h
            incidentsKeptMax: 5
            viewEvery: 2s
            futureTolerance: 3s
            idsRemembered: 2h
            idsMax: 3000
            severityNames: {Critical: P0}
            """,
            // Its steps are wrong, which is no business of incident-core.
            "runbooks/a.md": "---\ntrigger: {severity: [P1], signals: [errors]}\nsteps: 1\n---\n",
        ])
        let policy = try PolicyDirectory(home: home.path).loadIncidentCore().value
        #expect(
            policy
                == IncidentCorePolicy(
                    resolveAfterMs: 10_000, reopenWithinMs: 20_000, timelineMax: 50, alertsMax: 8,
                    viewKeptMs: 3_600_000, incidentsKeptMax: 5, viewIntervalMs: 2_000,
                    futureToleranceMs: 3_000, idsRememberedMs: 7_200_000, idsMax: 3_000,
                    triggers: [
                        RunbookTrigger(runbook: "a", severities: [.p1], signals: [.errors])
                    ], severityNames: ["critical": .p0]))
    }

    @Test(arguments: [
        (
            "severityNames: {P1: P0, SEV: P0, sev: P1, low: P7}",
            [
                "1:17: severityNames: 'P1' is no name of another scale",
                "1:34: severityNames: 'sev' is there twice",
                "1:48: severityNames.low: expected one of P0, P1, P2, P3, got 'P7'",
            ]
        ),
        (
            "viewKept: 1m",
            ["1:11: reopenWithin: an incident is forgotten after viewKept, 60000 ms"]
        ),
        (
            "timelineMax: 5",
            ["1:14: timelineMax: expected a whole number from 10 to 1000, got '5'"]
        ),
    ])
    func `a mistake in incidents.yaml is shown with its place`(
        text: String, expected: [String]
    ) throws {
        let found = try problems(["config/incidents.yaml": text]) {
            directory throws(PolicyFilesError) in try directory.loadIncidentCore()
        }
        #expect(found == expected.map { "config/incidents.yaml:\($0)" })
    }

    @Test func `a trigger that can never match stops incident-core`() throws {
        let files = [
            "config/incidents.yaml": "", "runbooks/a.md": "---\ntrigger: {severity: []}\n---\n",
        ]
        let found = try problems(files) { directory throws(PolicyFilesError) in
            try directory.loadIncidentCore()
        }
        #expect(
            found == ["runbooks/a.md:2:21: trigger.severity: expected one or more of P0 to P3"])
    }

    @Test func `nervous-system goes by nervous.yaml`() throws {
        let home = try TemporaryHome([
            Self.services: "services: {shop: {automation: act}}",
            "config/nervous.yaml": """
            outcomeWithin: 10s
            retryEvery: 1s
            viewKept: 2h
            ingress: {idsRemembered: 1h, idsMax: 5000, futureTolerance: 0s, maxMessage: 4KiB}
            notifications: {page: [P2], tellResolved: false}
            """,
        ])
        let policy = try PolicyDirectory(home: home.path).loadNervousSystem().value
        #expect(
            policy
                == NervousSystemPolicy(
                    automation: ["shop": .act],
                    ingress: IngressPolicy(
                        rememberMs: 3_600_000, idsMax: 5_000, futureToleranceMs: 0, bytesMax: 4096),
                    notifications: NotificationPolicy(pageSeverities: [.p2], tellResolved: false),
                    outcomeWithinMs: 10_000, retryMs: 1_000, viewKeepMs: 7_200_000))
    }

    @Test(arguments: [
        (
            "notifications: {page: [P9]}",
            ["1:24: notifications.page[0]: expected one of P0, P1, P2, P3, got 'P9'"]
        ),
        (
            "notifications: {pages: [P0]}",
            ["1:17: notifications.pages: unknown key; did you mean 'page'?"]
        ),
        (
            "ingress: {maxMessage: 2MiB}",
            ["1:23: ingress.maxMessage: expected a size from 1024 to 1048576 bytes, got '2MiB'"]
        ),
    ])
    func `a mistake in nervous.yaml is shown with its place`(
        text: String, expected: [String]
    ) throws {
        let files = [Self.services: "", "config/nervous.yaml": text]
        let found = try problems(files) { directory throws(PolicyFilesError) in
            try directory.loadNervousSystem()
        }
        #expect(found == expected.map { "config/nervous.yaml:\($0)" })
    }
}
