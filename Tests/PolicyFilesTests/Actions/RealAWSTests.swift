import Contracts
import HTTP
import JSON
import Processes
import Streams
import Testing

/// The shipped App Runner actions by the real aws, against a server of ours that answers as App Runner
/// does.
@Suite(.takesRealAWS) struct RealAWSTests {
    /// A service of App Runner: what aws asks for, and what it was told.
    private final class AppRunner: Sendable {
        private struct State {
            var image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:2"
            var cpu = "1024"
            var memory = "2048"
            var looks = 0
            var operations: [String] = []
            var isRefusing = false
        }

        private let state = Locked(State())

        func refuse() { state.withLock { $0.isRefusing = true } }
        var image: String { state.withLock { $0.image } }
        var size: [String] { state.withLock { [$0.cpu, $0.memory] } }
        var operations: [String] { state.withLock { $0.operations } }

        func answer(_ request: HTTPRequest) -> HTTPResponse {
            let target = request.headers["X-Amz-Target"] ?? ""
            guard request.headers["Authorization"]?.contains("AWS4-HMAC-SHA256") == true,
                let body = try? JSON.parse(request.body),
                body["ServiceArn"]?.stringValue == RealAWSTests.arn
            else { return .text("{}", status: 403) }
            return state.withLock { state in
                switch target {
                case "AppRunner.DescribeService": return describe(&state)
                case "AppRunner.UpdateService":
                    guard !state.isRefusing else {
                        return Self.json(
                            ["__type": "InvalidRequestException", "Message": "no such image"],
                            status: 400)
                    }
                    return update(&state, body)
                default: return .text("{}", status: 404)
                }
            }
        }

        private func describe(_ state: inout State) -> HTTPResponse {
            // An operation is over the second time that somebody looks.
            state.looks += 1
            let status = state.looks > 1 ? "RUNNING" : "OPERATION_IN_PROGRESS"
            return Self.json([
                "Service": [
                    "ServiceArn": .string(RealAWSTests.arn), "Status": .string(status),
                    "SourceConfiguration": [
                        "ImageRepository": [
                            "ImageIdentifier": .string(state.image), "ImageRepositoryType": "ECR",
                        ]
                    ],
                    "InstanceConfiguration": [
                        "Cpu": .string(state.cpu), "Memory": .string(state.memory),
                    ],
                ]
            ])
        }

        private func update(_ state: inout State, _ body: JSONValue) -> HTTPResponse {
            state.looks = 0
            state.operations.append("update")
            if let source = body["SourceConfiguration"]?["ImageRepository"] {
                state.image = source["ImageIdentifier"]?.stringValue ?? "?"
            }
            if let size = body["InstanceConfiguration"] {
                state.cpu = size["Cpu"]?.stringValue ?? "?"
                state.memory = size["Memory"]?.stringValue ?? "?"
            }
            return Self.json(["OperationId": "0f1e2d3c", "Service": [:]])
        }

        private static func json(_ value: JSONValue, status: Int = 200) -> HTTPResponse {
            HTTPResponse(
                status: status, headers: ["Content-Type": "application/x-amz-json-1.0"],
                body: (try? value.serialized()) ?? [])
        }
    }

    static let arn = "arn:aws:apprunner:us-east-1:123456789012:service/shop/0f1e"
    private static let place = ["arn": arn, "region": "us-east-1"]

    private static func with(
        _ body: (ShippedActionStage, AppRunner) async throws -> Void
    ) async throws {
        let runner = AppRunner()
        let server = try HTTPServer(HTTPServerConfiguration(port: 0)) { runner.answer($0) }
        defer { server.stop() }
        let stage = try ShippedActionStage(
            [:],
            aws: "\(RealAWS.program), --endpoint-url=http://127.0.0.1:\(server.port)",
            variables: [
                "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "of-a-test",
                "AWS_EC2_METADATA_DISABLED": "true",
            ])
        try await body(stage, runner)
    }

    @Test(.timeLimit(.minutes(5)))
    func `App Runner takes another image and another size, and its own again`() async throws {
        try await Self.with { stage, runner in
            let image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop"
            let said = try await stage.act(
                "app-runner-rollback", Self.place.merging(["to": "\(image):1"]) { $1 }, id: "a1")
            #expect(said.last?.status == .verified, "\(said)")
            #expect(runner.image == "\(image):1")
            let event = try #require(stage.events.last)
            #expect(event.fromVersion == "\(image):2" && event.toVersion == "\(image):1")
            #expect(try await stage.undo("a1").last?.status == .undone)
            #expect(runner.image == "\(image):2")
            let scaled = try await stage.act(
                "app-runner-scale", Self.place.merging(["cpu": "2048", "memory": "4096"]) { $1 },
                id: "a2")
            #expect(scaled.last?.status == .verified, "\(scaled)")
            #expect(runner.size == ["2048", "4096"] && runner.operations.count == 3)
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `What the service refuses is told in aws's words`() async throws {
        try await Self.with { stage, runner in
            runner.refuse()
            let said = try await stage.act(
                "app-runner-rollback",
                Self.place.merging(["to": "123456789012.dkr.ecr.us-east-1.amazonaws.com/a:1"]) {
                    $1
                }, id: "a1")
            let final = try #require(said.last)
            #expect(final.status == .failed && final.code == .effectFailed)
            #expect(final.output?.contains("InvalidRequestException") == true, "\(said)")
            #expect(!"\(said)".contains("of-a-test"))
        }
    }
}

/// The real aws of PyPI.
enum RealAWS {
    static let program = "\(TemporaryHome.checkout)/scripts/aws"

    /// Whether it is there; the first call installs it.
    static let isThere: Bool = {
        let run = try? ChildProcess.start(program, ["--version"], output: .capture)
        return run?.wait(atMost: .seconds(300))?.isSuccess ?? false
    }()
}

extension Trait where Self == ConditionTrait {
    /// The test runs only where aws can be installed.
    static var takesRealAWS: Self {
        .enabled(
            if: RealAWS.isThere, "takes aws of PyPI (scripts/aws): needs Python 3 and the network")
    }
}
