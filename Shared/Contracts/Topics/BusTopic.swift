/// The topics of the bus. The raw value is the name in the cluster, without the `topicPrefix`
/// that a deployment may put before it.
public enum BusTopic: String, Sendable, Hashable, CaseIterable, Codable {
    /// What people order. One partition; no transaction ever writes it, for an open one would
    /// keep a person's order from being read.
    case command = "nervous.command"
    /// What services ask of control-core. One partition.
    case request = "nervous.request"
    /// What an effector, or the owner of a directive, did. One partition.
    case effect = "nervous.effect"
    /// Steps of actions for an effector. One partition.
    case action = "nervous.action"
    /// What became of a command or a request. Keyed by service.
    case outcome = "nervous.outcome"
    /// What control-core passes on to the owner of an incident. Keyed by service.
    case directive = "nervous.directive"
    /// What every task of a service must know; written to each partition.
    case setting = "nervous.setting"
    /// Golden signals of an instance. Keyed by service.
    case signal = "nervous.signal"
    /// Who runs, and which version of the flags it obeys. Keyed by service.
    case heartbeat = "nervous.heartbeat"
    /// What was noticed or done. Keyed by service.
    case alert = "nervous.alert"
    /// The life of an incident. Keyed by service.
    case incident = "nervous.incident"
    /// What asks or tells a person. Keyed by service.
    case notification = "nervous.notification"
    /// The door for everybody else: validated, deduplicated and routed by nervous-system.
    case ingress = "nervous.ingress"
    /// What apps obey: compacted, one key a service and flag. One partition.
    case flags = "nervous.flags"
    /// What people look at: compacted, one key a thing shown.
    case view = "nervous.view"
    /// What was done with each dead letter: compacted, one key a letter. One partition.
    case ledger = "nervous.ledger"

    /// Where a message of this topic waits when it cannot be taken.
    public var deadLetterName: String { rawValue + ".dlq" }

    /// The value of the envelope's `topic` field: the last part of the name.
    public var kind: String { String(rawValue.dropFirst("nervous.".count)) }

    /// The topic whose envelope `topic` field is `kind`.
    public init?(kind: String) { self.init(rawValue: "nervous." + kind) }
}
