import AuditKit
import Runtime
import TestKit
import Testing

/// What a test needs to run an action and look at the cluster.
struct KubeStage {
    let cluster: KubeCluster
    let stack: Stack
    let dreamnet: OperatorProgram

    /// Runs `dreamnet` with these words, and waits for the end of what it ordered.
    func run(_ words: String..., author: String = "alice") async throws
        -> OperatorProgram.Run
    {
        try await dreamnet.run(
            words + ["--as", author, "--wait", "--timeout", "100s", "--reason", "a test"])
    }

    /// Runs an action that succeeds.
    /// - Returns: its id.
    @discardableResult
    func done(_ words: String...) async throws -> String {
        let id = String(UInt64.random(in: .min ... .max), radix: 36)
        let run = try await dreamnet.run(
            words + [
                "--as", "alice", "--wait", "--timeout", "100s", "--reason", "a test",
                "--id", id,
            ])
        try #require(run.code == 0, "\(words): \(run.text)")
        return id
    }

    func undo(_ id: String) async throws {
        let run = try await run("actions", "undo", id)
        try #require(run.code == 0, "undo of \(id): \(run.text)")
    }

    func image() async throws -> String {
        try await cluster.text(
            "get", "deployment/web",
            "--output=jsonpath={.spec.template.spec.containers[0].image}")
    }

    func ready() async throws {
        _ = try await cluster.text(
            "rollout", "status", "deployment/web", "--timeout=30s")
    }

    /// The name of some pod of the deployment, once its rollout is over: one of the rollout
    /// before may be gone before anything is done to it.
    func pod() async throws -> String {
        try await ready()
        let replicas = try await cluster.text(
            "get", "deployment/web", "--output=jsonpath={.spec.replicas}")
        return try await eventualValue("the pods of the rollout", within: .seconds(30)) {
            let pods = try await cluster.text(
                "get", "pods", "--selector=app=web",
                "--output=jsonpath={range .items[*]}{.metadata.name}/"
                    + "{.metadata.deletionTimestamp} {end}"
            ).split(separator: " ")
            guard "\(pods.count)" == replicas, pods.allSatisfy({ $0.hasSuffix("/") })
            else { return nil }
            return pods.first.map { String($0.dropLast()) }
        }
    }
}
