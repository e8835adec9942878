import Contracts
import OSCoreDomain
import PolicyFiles
import Testing

@Suite struct ServicesFileTests {
    private static let name = "config/services.yaml"

    private func load(_ text: String) throws -> ServicesPolicy {
        let home = try TemporaryHome([Self.name: text])
        return try PolicyDirectory(home: home.path).loadServices().value
    }

    @Test func `every key is read`() throws {
        let policy = try load(
            """
            maxServicesPerHour: 5
            scrape: {every: 2s, increaseFactor: 4, timeout: 500ms, maxResponse: 64KiB}
            services:
              search:
              checkout:
                automation: act
                severityProfile: strict
                expectSubscribers: true
                metrics: {requests: hits_total, latencyUnit: ms}
                targets:
                  - {instance: a, url: "http://127.0.0.1:8081/metrics"}
                  - instance: b
                    url: https://shop.example/metrics
                    metrics: {requests: calls_total, errors: failures_total}
            """)
        #expect(policy.maxServicesPerHour == 5)
        #expect(policy.automation == ["search": .observe, "checkout": .act])
        #expect(policy.services["checkout"]?.severityProfile == "strict")
        #expect(policy.expectedSubscribers == ["checkout"])
        #expect(policy.expectedSignals == ["checkout"])
        #expect(policy.scrape.intervalMs == 2_000)
        #expect(policy.scrape.increasedIntervalMs == 500)
        #expect(policy.scrape.timeoutMs == 500)
        #expect(policy.scrape.responseMaxBytes == 65_536)
        let targets = policy.scrape.targets
        #expect(targets.map(\.service) == ["checkout", "checkout"])
        #expect(targets.map(\.instance) == ["a", "b"])
        #expect(targets.map(\.metrics.requests) == ["hits_total", "calls_total"])
        #expect(targets.map(\.metrics.errors) == [nil, "failures_total"])
        #expect(targets.allSatisfy { $0.metrics.latencyUnit == .milliseconds })
    }

    @Test func `a service with targets is expected to report unless told otherwise`() throws {
        let policy = try load(
            """
            services:
              a: {targets: [{instance: i, url: "http://localhost:1/"}]}
              b: {targets: [{instance: i, url: "http://localhost:2/"}], expectSignals: false}
              c: {expectSignals: true}
              d: {}
            """)
        #expect(policy.expectedSignals == ["a", "c"])
    }

    @Test(arguments: [
        ("service: {}", ["1:1: service: unknown key; did you mean 'services'?"]),
        (
            "maxServicesPerHour: -1",
            ["1:21: maxServicesPerHour: expected a whole number from 0 to 10000, got '-1'"]
        ),
        ("services: [a]", ["1:11: services: expected a mapping, got a list"]),
        (
            "services:\n  Shop: {}",
            [
                "2:3: services: 'Shop' is no name of a service: 1 to 63 of a-z, 0-9, '-' and '_', "
                    + "beginning with a letter or digit"
            ]
        ),
        (
            "services:\n  shop:\n    automation: always\n    automaton: act",
            [
                "3:17: services.shop.automation: expected one of observe, ask, act, got 'always'",
                "4:5: services.shop.automaton: unknown key; did you mean 'automation'?",
            ]
        ),
        (
            "services:\n  shop:\n    targets:\n      - instance: a\n      - url: http://x\n",
            [
                "4:9: services.shop.targets[0].url: missing",
                "5:9: services.shop.targets[1].instance: missing",
            ]
        ),
        (
            "services: {shop: {targets: [{instance: a, url: 'ftp://x'}, {instance: 'a b', url: 1}]}}",
            [
                "1:48: services.shop.targets[0].url: expected an address such as "
                    + "http://127.0.0.1:8081/metrics, without user and password",
                "1:71: services.shop.targets[1].instance: expected 1 to 128 visible ASCII "
                    + "characters without spaces",
                "1:83: services.shop.targets[1].url: expected an address such as "
                    + "http://127.0.0.1:8081/metrics, without user and password",
            ]
        ),
        (
            "services: {shop: {targets: [{instance: a, url: 'http://[::1]/'}, "
                + "{instance: a, url: 'http://u:p@h/'}]}}",
            [
                "1:77: services.shop.targets[1].instance: 'a' is an instance of shop already",
                "1:85: services.shop.targets[1].url: expected an address such as "
                    + "http://127.0.0.1:8081/metrics, without user and password",
            ]
        ),
        (
            "services: {shop: {metrics: {cpu: 'a b', latencyUnit: us}}}",
            [
                "1:34: services.shop.metrics.cpu: expected the name of a metric: a-z, A-Z, 0-9, "
                    + "'_' and ':'",
                "1:54: services.shop.metrics.latencyUnit: expected one of s, ms, got 'us'",
            ]
        ),
        (
            "scrape:\n  every: 1s\n  timeout: 5s",
            ["3:12: scrape.timeout: 5000 ms is more than scrape.every, 1000 ms"]
        ),
        (
            "scrape: {every: 1s}",
            ["1:17: scrape.timeout: 2000 ms is more than scrape.every, 1000 ms"]
        ),
        ("services: {a: {}, a: {}}", ["1:19: the key 'a' is on line 1 already"]),
    ])
    func `a mistake is shown with its place`(text: String, expected: [String]) throws {
        let found = try problems([Self.name: text]) { directory throws(PolicyFilesError) in
            try directory.loadServices()
        }
        #expect(found == expected.map { "\(Self.name):\($0)" })
    }

    @Test func `metrics that others could read along are worth a warning`() throws {
        let text = """
            services:
              shop:
                targets:
                  - {instance: a, url: "http://10.0.0.7:80/m"}
                  - {instance: b, url: "https://10.0.0.7:80/m"}
                  - {instance: c, url: "http://127.0.0.1:80/m"}
                  - {instance: d, url: "http://127.0.0.1.example:80/m"}
            """
        let found = try warnings([Self.name: text]) { directory throws(PolicyFilesError) in
            try directory.loadServices()
        }
        #expect(
            found == [
                "\(Self.name):4:28: services.shop.targets[0].url: metrics of 10.0.0.7 are read "
                    + "over plain http",
                "\(Self.name):7:28: services.shop.targets[3].url: metrics of 127.0.0.1.example "
                    + "are read over plain http",
            ])
    }

    @Test func `a home without the file is likely the wrong one`() throws {
        let found = try problems([:]) { directory throws(PolicyFilesError) in
            try directory.loadServices()
        }
        #expect(
            found == [
                "\(Self.name): cannot be read: No such file or directory; is the home directory "
                    + "right?"
            ])
    }
}
