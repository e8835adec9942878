internal import CommandLineKit
internal import HTTP
internal import Runtime

/// The example shop on the stage: payments, checkout, search, and load on both.
struct DemoShop {
    private let stage: DemoStage
    private let client = HTTPClient(HTTPClientConfiguration(timeoutMs: 2_000))
    private let paymentsURL: String

    /// Starts everything, from the broker to the load.
    static func open(_ stage: DemoStage) async throws -> DemoShop {
        let ports = try DemoPorts(stage)
        try DemoHome.write(stage, ports)
        try await stage.startBroker()
        try await stage.startDreamNet(ports)
        let payments = "http://127.0.0.1:\(ports.payments)"
        try stage.startProgram("payments", ["--port", "\(ports.payments)"])
        try await stage.waitReady("payments", payments + "/health/live")
        for (service, instance, port) in ports.shop {
            try stage.startProgram(
                "checkout", as: "\(service)-\(instance)",
                [
                    "--service", service, "--instance", instance, "--port", "\(port)",
                    "--payments", payments, "--bootstrap", stage.bootstrapServers,
                    "--topic-prefix", stage.topicPrefix,
                ])
        }
        for (service, instance, port) in ports.shop {
            try await stage.waitReady(
                "\(service)-\(instance)", "http://127.0.0.1:\(port)/health/ready")
        }
        stage.say("the shop is open: checkout with 2 instances, search, payments")
        try startLoad(stage, ports)
        return DemoShop(stage: stage, paymentsURL: payments)
    }

    private static func startLoad(_ stage: DemoStage, _ ports: DemoPorts) throws {
        var arguments = ["--rate", "60", "--threads", "400", "--seconds", "300", "--json"]
        for (service, _, port) in ports.shop where service == "checkout" {
            arguments += ["--get", "http://127.0.0.1:\(port)/catalog"]
            arguments += ["--post", "http://127.0.0.1:\(port)/checkout"]
        }
        try stage.startProgram("load", as: "load-checkout", arguments)
        arguments = ["--rate", "20", "--threads", "20", "--seconds", "300", "--json"]
        for (service, _, port) in ports.shop where service == "search" {
            arguments += ["--get", "http://127.0.0.1:\(port)/catalog"]
        }
        try stage.startProgram("load", as: "load-search", arguments)
    }

    func breakPayments() throws { try control("latencyMs=6000&errorRate=0.6") }

    func healPayments() throws { try control("heal=1") }

    /// How often payments was called, -1 if it does not say.
    func paymentsCalls() -> Int {
        guard let text = try? client.get(paymentsURL + "/metrics").bodyText else { return -1 }
        let samples = (try? PrometheusText.parse(Array(text.utf8)).samples) ?? []
        let calls = samples.filter { $0.name == "payments_calls_total" }.map(\.value)
        return calls.isEmpty ? -1 : Int(calls.reduce(0, +))
    }

    private func control(_ query: String) throws {
        let response = try client.post(paymentsURL + "/control?" + query, body: [])
        guard response.status == 200 else {
            throw CommandFailure("payments does not obey: status \(response.status)")
        }
    }
}
