import Glibc
import Processes
import Testing

/// A Kubernetes control plane of a test's own, with the kubectl that fits it.
final class KubeCluster: Sendable {
    /// The programs of the machine that tests, nil where there are none.
    static let programs: (cluster: String, kubectl: String)? = {
        guard let cluster = variable("KUBE_CLUSTER"),
            let kubectl = variable("KUBECTL")
        else { return nil }
        return (cluster, kubectl)
    }()

    private static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    let kubeconfig: String
    private let folder: String
    private let cluster: String
    private let kubectl: String

    /// Starts one in a folder that is not there yet.
    init(in folder: String) async throws {
        let programs = try #require(Self.programs)
        (cluster, kubectl) = programs
        self.folder = folder
        var output = ""
        // It needs five ports in a row.
        for _ in 0..<5 {
            let port = Int.random(in: 20_000..<30_000)
            let start = try ChildProcess.start(
                cluster, ["start", folder, String(port)], output: .capture,
                errorOutput: .capture, onParentDeath: .nothing)
            let status = await start.terminationStatus(within: .seconds(60))
            output = start.output.text + start.errorOutput.text
            if status == .exited(0) { break }
            _ = try? ChildProcess.start(cluster, ["stop", folder]).wait(atMost: .seconds(30))
        }
        kubeconfig = folder + "/kubeconfig"
        let isUp = try await kube(["get", "nodes"]).code == 0
        try #require(isUp, "\(output)")
    }

    /// Stops it.
    func stop() async throws {
        let stop = try ChildProcess.start(cluster, ["stop", folder])
        _ = await stop.terminationStatus(within: .seconds(60))
    }

    /// Runs kubectl to its end.
    @discardableResult
    func kube(
        _ arguments: [String], input: String? = nil, kubeconfig other: String? = nil
    ) async throws -> (code: Int32, text: String) {
        let process = try ChildProcess.start(
            kubectl, ["--kubeconfig", other ?? kubeconfig] + arguments,
            input: input.map { .bytes(Array($0.utf8)) } ?? .none, output: .capture,
            errorOutput: nil)
        let status = try #require(await process.terminationStatus(within: .seconds(60)))
        guard case .exited(let code) = status else { return (-1, process.output.text) }
        return (code, process.output.text)
    }

    /// What kubectl writes; it has to succeed.
    func text(_ arguments: String...) async throws -> String {
        let (code, text) = try await kube(arguments)
        try #require(code == 0, "\(arguments): \(text)")
        return text
    }
}

extension Trait where Self == ConditionTrait {
    /// The test runs only where there is a control plane to start.
    static var startsKubernetes: Self {
        .enabled(
            if: KubeCluster.programs != nil,
            "starts a Kubernetes control plane; set KUBE_CLUSTER and KUBECTL to its programs")
    }
}
