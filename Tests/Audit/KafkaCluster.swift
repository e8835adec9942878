internal import AuditKit
internal import Processes
internal import Runtime

/// Three brokers of the script of `KAFKA_CLUSTER`.
struct KafkaCluster: Sendable {
    private let script: String
    private let folder: String
    /// `HOST:PORT` of all three.
    let bootstrapServers: String

    /// Starts them in a folder, from a port on.
    static func start(_ script: String, folder: String, port: Int) async throws -> KafkaCluster {
        do {
            let printed = try await call(
                script,
                [
                    "start", folder, "\(port)", "broker.session.timeout.ms=3000",
                    "broker.heartbeat.interval.ms=500",
                ])
            guard let address = printed.split(separator: "\n").last else {
                throw EndToEndError("the cluster does not say where it is")
            }
            return KafkaCluster(
                script: script, folder: folder, bootstrapServers: String(address))
        } catch {
            _ = try? await call(script, ["down", folder])
            throw error
        }
    }

    /// SIGKILL.
    func kill(_ broker: Int32) async throws {
        _ = try await Self.call(script, ["kill", folder, "\(broker)"])
    }

    /// Starts a broker again on its data.
    func resume(_ broker: Int32) async throws {
        _ = try await Self.call(script, ["resume", folder, "\(broker)"])
    }

    /// Ends all, even if the audit is being interrupted.
    func stop() async {
        let (script, folder) = (script, folder)
        _ = await Task.detached { try? await Self.call(script, ["down", folder]) }.value
    }

    private static func call(_ script: String, _ arguments: [String]) async throws -> String {
        // Three of them share a machine that may be small.
        let child = try ChildProcess.start(
            script, arguments,
            environment: .inheritedChanging(["KAFKA_HEAP_OPTS": "-Xms256m -Xmx640m"]),
            output: .capture, errorOutput: .capture)
        guard let status = await child.terminationStatus(within: .seconds(180)) else {
            child.kill()
            throw EndToEndError("cluster \(arguments[0]) does not end")
        }
        guard status.isSuccess else {
            throw EndToEndError("cluster \(arguments[0]): \(status): \(child.errorOutput.text)")
        }
        return child.output.text
    }
}
