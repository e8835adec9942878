public import Contracts

/// Waits until a command has taken effect everywhere, as a state machine: facts and time in, where
/// it stands out. Reading topics and looking at the clock is its shell's.
///
/// Of a command that changes flags it is in effect when every instance with a fresh heartbeat, and
/// at least one of each service that is expected, obeys the version of the flags that the outcome
/// names; of a setting, when every task of the setting's owner runs its version; of anything else
/// with the final outcome.
public struct EffectWait: Sendable {
    /// A heartbeat older than this is of an instance that is gone, ms: it beats every few seconds.
    public static let heartbeatFreshMs: Int64 = 15_000

    /// Where a command stands.
    public enum State: Sendable, Hashable {
        /// control-core has not answered, or an owner has not.
        case awaitingOutcome(accepted: Bool)
        /// Refused or failed: nothing follows.
        case refused(OutcomePayload)
        /// Done, and some do not follow yet.
        case spreading(OutcomePayload, Spread)
        /// Done, and in effect everywhere.
        case applied(OutcomePayload, Spread)
    }

    private struct Subscriber {
        var flagsVersion: Int64
        var atMs: Int64
    }

    private let commandID: String
    private let scope: OrderScope
    private let expectedServices: [String]
    private let settingPartitions: Int
    private var outcome: OutcomePayload?
    private var isAccepted = false
    private var subscribers: [SubscriberName: Subscriber] = [:]
    private var tasks: [String: [Int: Int64]] = [:]

    /// A wait for `commandID`.
    /// - Parameters:
    ///   - expectedServices: Services that are to have at least one subscriber, in the scope or not.
    ///   - settingPartitions: How many tasks an owner of settings has.
    public init(
        commandID: String, scope: OrderScope, expectedServices: [String], settingPartitions: Int
    ) {
        self.commandID = commandID
        self.scope = scope
        self.settingPartitions = settingPartitions
        // Whoever names a service means that somebody obeys there.
        var expected = Set(expectedServices.filter(scope.includes))
        if case .service(let name) = scope { expected.insert(name) }
        self.expectedServices = expected.sorted()
    }

    /// Takes an outcome; those of other commands, and copies, are passed over.
    public mutating func take(_ outcome: OutcomePayload) {
        guard outcome.commandId == commandID, outcome.copy != true else { return }
        if outcome.final {
            if self.outcome == nil { self.outcome = outcome }
        } else {
            isAccepted = true
        }
    }

    /// Takes a heartbeat that was said at `atMs`, Unix ms.
    public mutating func take(_ heartbeat: HeartbeatPayload, atMs: Int64) {
        guard scope.includes(heartbeat.service) else { return }
        let name = SubscriberName(service: heartbeat.service, instance: heartbeat.instance)
        guard subscribers[name].map({ $0.atMs <= atMs }) ?? true else { return }
        subscribers[name] = Subscriber(flagsVersion: heartbeat.flagsVersion, atMs: atMs)
    }

    /// Takes what a task says of the settings that it runs.
    public mutating func take(_ view: SettingView) {
        guard (0..<settingPartitions).contains(view.partition) else { return }
        tasks[view.owner, default: [:]][view.partition] = view.version
    }

    /// Where the command stands at `nowMs`, Unix ms.
    public func state(nowMs: Int64) -> State {
        guard let outcome else { return .awaitingOutcome(accepted: isAccepted) }
        guard outcome.status.isSuccess else { return .refused(outcome) }
        let spread: Spread
        if let version = outcome.settingVersion {
            spread = settingSpread(version, owner: SettingOwner.ofCommand(outcome.action))
        } else if let version = outcome.flagsVersion {
            spread = flagSpread(version, nowMs: nowMs)
        } else {
            spread = Spread(kind: .outcome)
        }
        return spread.isEverywhere ? .applied(outcome, spread) : .spreading(outcome, spread)
    }

    private func flagSpread(_ version: Int64, nowMs: Int64) -> Spread {
        var spread = Spread(kind: .subscribers, version: version)
        let fresh = subscribers.filter { nowMs - $0.value.atMs <= Self.heartbeatFreshMs }
        for (name, subscriber) in fresh.sorted(by: { $0.key < $1.key }) {
            if subscriber.flagsVersion >= version {
                spread.applied.append(name.description)
            } else {
                spread.behind.append(
                    .init(name: name.description, version: subscriber.flagsVersion))
            }
        }
        let reporting = Set(fresh.keys.map(\.service))
        spread.silent = expectedServices.filter { !reporting.contains($0) }
        return spread
    }

    private func settingSpread(_ version: Int64, owner: String) -> Spread {
        var spread = Spread(kind: .tasks(of: owner), version: version)
        // Nothing was ever set: every task runs the defaults, and none has reason to say so.
        guard version > 0 else { return spread }
        for partition in 0..<settingPartitions {
            let name = "\(owner) task \(partition)"
            switch tasks[owner]?[partition] {
            case nil: spread.silent.append(name)
            case let running? where running >= version: spread.applied.append(name)
            case let running?: spread.behind.append(.init(name: name, version: running))
            }
        }
        return spread
    }
}

/// An instance of a service that obeys flags.
private struct SubscriberName: Hashable, Comparable, CustomStringConvertible {
    let service: String
    let instance: String

    var description: String { "\(service)/\(instance)" }

    static func < (left: SubscriberName, right: SubscriberName) -> Bool {
        (left.service, left.instance) < (right.service, right.instance)
    }
}
