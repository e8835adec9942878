internal import CommandLineKit
internal import Runtime

/// The configuration of the stage: the shipped one, with short windows, so that a demo takes a
/// minute and a half instead of a quarter of an hour.
enum DemoHome {
    /// The severity profile of the demo: seed 000's thresholds over short windows.
    static let profile = "demo"

    static func write(_ stage: DemoStage, _ ports: DemoPorts) throws {
        try write(stage, services: services(ports))
    }

    /// A home whose services.yaml is `services`.
    static func write(_ stage: DemoStage, services: String) throws {
        let home = stage.homeOfServices
        try DemoFiles.makeFolder(home)
        try DemoFiles.makeFolder(home + "/config")
        try DemoFiles.makeFolder(home + "/runbooks")
        try DemoFiles.link(stage.home + "/topics", as: home + "/topics")
        for name in DemoFiles.names(in: stage.home + "/config") where name.hasSuffix(".yaml") {
            let text = try read(stage.home + "/config/" + name)
            switch name {
            case "services.yaml": try DemoFiles.write(services, to: home + "/config/" + name)
            case "severity.yaml":
                try DemoFiles.write(text + severityProfile, to: home + "/config/" + name)
            case "incidents.yaml":
                try DemoFiles.write(
                    shortened(text, ["resolveAfter": "2s"]), to: home + "/config/" + name)
            default: try DemoFiles.write(text, to: home + "/config/" + name)
            }
        }
        for name in DemoFiles.names(in: stage.home + "/runbooks") where name.hasSuffix(".md") {
            let text = try read(stage.home + "/runbooks/" + name)
            let short = shortened(text, ["stableFor": "4s", "undoWatch": "3s"])
            try DemoFiles.write(short, to: home + "/runbooks/" + name)
        }
    }

    /// Seed 000's thresholds over windows of seconds, as one more profile of config/severity.yaml.
    private static let severityProfile = """

          \(profile):
            window: 6s
            evaluateEvery: 500ms
            raiseWindows: 2
            clearWindows: 3
            missingDataAfter: 10s
            rules:
              - measure: p95_ms
                above: {P0: 5000, P1: 2000, P2: 1000}
                recover: 500
              - measure: error_ratio
                above: {P0: 0.10, P1: 0.05, P2: 0.01}
                recover: 0.01
              - measure: used_ratio
                above: {P0: 0.95, P1: 0.85, P2: 0.75}
                recover: 0.70

        """

    private static func services(_ ports: DemoPorts) -> String {
        var text = """
            maxServicesPerHour: 3
            scrape:
              every: 500ms
              timeout: 450ms
            services:

            """
        for name in ["checkout", "search"] {
            text += """
                  \(name):
                    automation: act
                    severityProfile: \(profile)
                    expectSubscribers: true
                    targets:

                """
            for (service, instance, port) in ports.shop where service == name {
                text += "      - instance: \(service)-\(instance)\n"
                text += "        url: http://127.0.0.1:\(port)/metrics\n"
            }
        }
        return text
    }

    /// Replaces the values of keys that stand at the start of a line.
    private static func shortened(_ text: String, _ values: [String: String]) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard let colon = line.firstIndex(of: ":"),
                let value = values[String(line[..<colon])]
            else { return String(line) }
            return "\(line[..<colon]): \(value)"
        }.joined(separator: "\n")
    }

    private static func read(_ path: String) throws -> String {
        guard let text = SmallFile.read(path) else {
            throw CommandFailure(
                "cannot read \(path)", hint: "--home names the project's folder.")
        }
        return text
    }
}
