internal import CRdKafka

/// How to reach a cluster, and who we are there. Everything that the module makes is made from it.
public struct KafkaConfiguration: Sendable, Hashable {
    /// Where to find the cluster: `host:port`, separated by commas.
    public var bootstrapServers: String
    /// Put before every topic, group and transactional id, so that deployments share a cluster.
    public var topicPrefix: String
    /// The name that the broker logs and counts by.
    public var clientID: String
    /// `group.instance.id`: under it a restarted process gets its partitions back at once, and
    /// one that starts while the other still runs fences it. Nil for no static membership.
    public var instanceID: String?
    /// Any librdkafka property, in the library's own names (`security.protocol`, `sasl.*`,
    /// `ssl.*`, `fetch.max.bytes`). It wins over the module's defaults, except where correctness
    /// rests on the value: such a property is refused.
    public var properties: [String: String]

    /// A configuration. Nothing is checked until `validate` or the first client.
    public init(
        bootstrapServers: String, topicPrefix: String = "", clientID: String = "dreamnet",
        instanceID: String? = nil, properties: [String: String] = [:]
    ) {
        self.bootstrapServers = bootstrapServers
        self.topicPrefix = topicPrefix
        self.clientID = clientID
        self.instanceID = instanceID
        self.properties = properties
    }

    /// Checks every property against the library, each by itself and all together (certificates,
    /// mechanisms), without waiting for a broker.
    /// - Throws: `KafkaError.Code.configuration`; where one property is wrong, it is named.
    public func validate() throws(KafkaError) {
        _ = try KafkaClient(.transactional(id: "check"), self, log: { _ in })
        _ = try KafkaClient(
            .groupMember(group: "check", partitions: 1, inputs: 1), self, log: { _ in })
    }

    /// The name in the cluster of a topic, group or transactional id of ours.
    func prefixed(_ name: String) -> String { topicPrefix + name }

    /// The name without the prefix, nil if it is of another deployment.
    func unprefixed(_ name: String) -> String? {
        name.hasPrefix(topicPrefix) ? String(name.dropFirst(topicPrefix.count)) : nil
    }

    /// A configuration object of the library for `role`; it belongs to the caller.
    @unsafe func makeConf(_ role: ClientRole) throws(KafkaError) -> OpaquePointer {
        guard !bootstrapServers.isEmpty else {
            throw KafkaError(
                .configuration, property: "bootstrap.servers", "bootstrap.servers is empty")
        }
        guard let conf = unsafe rd_kafka_conf_new() else {
            throw KafkaError(.fatal, "out of memory")
        }
        do throws(KafkaError) {
            for (name, value) in role.defaults { try unsafe Self.set(conf, name, value) }
            // Sorted, so that of two bad properties the same one is named each time.
            for (name, value) in properties.sorted(by: { $0.key < $1.key }) {
                if ClientRole.reserved.contains(name) {
                    throw KafkaError(
                        .configuration, property: name,
                        "\(name) cannot be set: what we promise rests on our own value")
                }
                try unsafe Self.set(conf, name, value)
            }
            try unsafe Self.set(conf, "bootstrap.servers", bootstrapServers)
            try unsafe Self.set(conf, "client.id", clientID)
            for (name, value) in role.fixed(self) { try unsafe Self.set(conf, name, value) }
        } catch {
            unsafe rd_kafka_conf_destroy(conf)
            throw error
        }
        return unsafe conf
    }

    @unsafe private static func set(
        _ conf: OpaquePointer, _ name: String, _ value: String
    ) throws(KafkaError) {
        let (result, text) = unsafe withErrorText { text, count in
            unsafe rd_kafka_conf_set(conf, name, value, text, count)
        }
        if result == RD_KAFKA_CONF_OK { return }
        throw KafkaError(.configuration, property: name, text)
    }
}

extension KafkaConfiguration: CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// Names the properties without their values: some are secrets.
    public var description: String {
        let names = properties.keys.sorted().joined(separator: ",")
        return "\(clientID)@\(bootstrapServers) prefix=\"\(topicPrefix)\" properties=[\(names)]"
    }
    /// As `description`.
    public var debugDescription: String { description }
    /// Shows no value of a property either.
    public var customMirror: Mirror { Mirror(self, children: ["configuration": description]) }
}
