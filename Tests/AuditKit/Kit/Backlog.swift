import Contracts

package import StreamsKafka

/// What the services have not worked off yet.
package struct Backlog: Sendable {
    private let admin: KafkaAdmin

    package init(_ kafka: KafkaConfiguration) throws { admin = try KafkaAdmin(kafka) { _ in } }

    /// How many records of each service's inputs are not committed, given the ends of the topics;
    /// without those that have none.
    package func behind(_ ends: [String: [Int32: Int64]]) async throws -> [String: Int64] {
        let admin = admin
        return try await offPool {
            var behind: [String: Int64] = [:]
            for service in Service.allCases {
                for topic in service.inputs.map(\.rawValue) {
                    guard let ends = ends[topic] else { continue }
                    let committed = try admin.committedOffsets(
                        group: service.rawValue, topic: topic, partitions: Array(ends.keys))
                    let count = ends.reduce(0) { $0 + max(0, $1.value - (committed[$1.key] ?? 0)) }
                    if count > 0 { behind["\(service.rawValue) \(topic)"] = count }
                }
            }
            return behind
        }
    }
}
