import FoundationEssentials
import Testing

/// Package.swift, the Dockerfile, .dockerignore and docker-compose.yml agree with each other. That
/// the image builds and its services start is shown by `make image`.
@Suite struct ImageTests {
    private let compose: ComposeFile
    private let dockerfile = SourceTree.text("Dockerfile") ?? ""
    private let products: Set<String>

    init() throws {
        compose = try ComposeFile()
        let package = SourceTree.text("Package.swift") ?? ""
        products = Set(
            package.matches(of: #/\.executable\(name: "([^"]+)"/#).map { String($0.output.1) })
    }

    private var ours: [ComposeFile.Service] { compose.services.filter(\.isOurs) }
    /// Those that run until they are stopped.
    private var lasting: [ComposeFile.Service] { ours.filter { $0.restart != "no" } }

    @Test func `the image holds every product that ships`() throws {
        let loop = try #require(dockerfile.firstMatch(of: /for product in ([^;]+);/))
        #expect(Set(loop.output.1.split(separator: " ").map(String.init)) == products)
    }

    @Test func `the image names a user that is not root`() throws {
        let user = try #require(dockerfile.firstMatch(of: /\nUSER ([0-9]+):([0-9]+)\n/))
        #expect(Int(user.output.1) ?? 0 > 0)
    }

    @Test func `what the image copies is not ignored`() {
        let allowed = Set(
            (SourceTree.text(".dockerignore") ?? "").split(separator: "\n")
                .filter { $0.hasPrefix("!") }.map { String($0.dropFirst()) })
        let sources = copied()
        #expect(!sources.isEmpty)
        for source in sources {
            #expect(allowed.contains(source), ".dockerignore leaves out \(source)")
            #expect(SourceTree.exists(source), "\(source) is not there")
        }
    }

    @Test func `every service is a product, and every product but the command line a service`() {
        for service in ours {
            let program = service.command.first ?? ""
            #expect(products.contains(program), "\(service.name) runs '\(program)'")
        }
        for service in lasting { #expect(service.command == [service.name]) }
        #expect(Set(lasting.map(\.name)) == products.subtracting(["dreamnet"]))
        #expect(compose.services.filter(\.isBuilt).map(\.image) == [ComposeFile.image])
    }

    @Test func `ports are published on the loopback alone`() {
        for service in compose.services {
            for port in service.ports {
                let parts = port.split(separator: ":")
                let isLoopback = parts.count == 3 && parts[0] == "127.0.0.1"
                #expect(isLoopback, "\(service.name): \(port)")
            }
        }
    }

    @Test func `a service listens where its port is published, which is its own default`() {
        var ports: Set<String> = []
        for service in lasting {
            let bind = service.environment["DREAMNET_ADMIN_BIND"] ?? ""
            let port = String(bind.split(separator: ":").last ?? "")
            #expect(bind == "0.0.0.0:\(port)", "\(service.name)")
            #expect(service.ports == ["127.0.0.1:\(port):\(port)"], "\(service.name)")
            ports.insert(port)
        }
        let defaults = SourceTree.text("Shared/Runtime/Admin/AdminPorts.swift") ?? ""
        let known = defaults.matches(of: /"[a-z-]+": ([0-9]+)/).map { String($0.output.1) }
        #expect(ports == Set(known))
    }

    @Test func `what is waited for exists and can come true`() throws {
        for service in compose.services {
            for (name, condition) in service.conditions {
                let other = try #require(
                    compose.services.first { $0.name == name }, "\(service.name): \(name)")
                switch condition {
                case "service_healthy": #expect(other.healthTest != nil, "\(name)")
                case "service_completed_successfully": #expect(other.restart == "no", "\(name)")
                default: Issue.record("\(service.name) waits for \(name): \(condition)")
                }
            }
        }
        for service in lasting {
            #expect(service.conditions["topics"] == "service_completed_successfully")
            #expect(service.conditions["kafka"] == "service_healthy")
        }
    }

    @Test func `the topics are applied by a job that ends`() throws {
        let job = try #require(ours.first { $0.name == "topics" })
        #expect(job.command.prefix(3) == ["dreamnet", "topics", "apply"])
        #expect(job.restart == "no")
        let profile = try #require(job.command.last)
        let profiles = SourceTree.text("topics/profiles.yaml") ?? ""
        #expect(profiles.contains(profile), "topics/profiles.yaml has no \(profile)")
    }

    @Test func `every service asks the broker's address inside, and has a health check`() throws {
        let kafka = try #require(compose.services.first { $0.name == "kafka" })
        let advertised = kafka.environment["KAFKA_ADVERTISED_LISTENERS"] ?? ""
        for service in ours {
            let bootstrap = service.environment["KAFKA_BOOTSTRAP_SERVERS"] ?? ""
            #expect(advertised.contains("INSIDE://\(bootstrap)"), "\(service.name): \(bootstrap)")
        }
        for service in lasting { #expect(service.healthTest == ["CMD", "ready"]) }
        #expect(dockerfile.contains("COPY scripts/ready /usr/local/bin/ready\n"))
    }

    @Test func `mounts are there, read-only, where the programs look`() throws {
        let home = try #require(dockerfile.firstMatch(of: /DREAMNET_HOME=([^\s]+)/)).output.1
        for service in compose.services {
            for volume in service.volumes {
                let parts = volume.split(separator: ":").map(String.init)
                if compose.volumes.contains(parts[0]) { continue }
                let source = String(parts[0].trimmingPrefix("./"))
                #expect(parts == ["./\(source)", "\(home)/\(source)", "ro"], "\(service.name)")
                #expect(SourceTree.exists(source), "\(source) is not there")
            }
        }
    }

    /// What the Dockerfile copies from the checkout.
    private func copied() -> [String] {
        dockerfile.matches(of: /\nCOPY (?!--from)([^\n]+)/).flatMap { match in
            match.output.1.split(separator: " ").map(String.init).dropLast()
        }
    }
}
