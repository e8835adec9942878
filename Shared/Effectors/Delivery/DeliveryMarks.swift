public import Contracts

/// The marks of notifications that have not ended, read from `nervous.effect`: whoever takes over from a
/// notifier that died goes on with the next attempt, at its time.
public struct DeliveryMarks: Sendable {
    private var marks: [String: DeliveryMark] = [:]

    /// None.
    public init() {}

    /// How many there are.
    public var count: Int { marks.count }

    /// Takes what was said of a notification, in the order of the topic.
    public mutating func take(_ effect: EffectPayload) {
        if let mark = DeliveryMark(effect) {
            marks[effect.subjectId] = mark
        } else {
            marks[effect.subjectId] = nil
        }
    }

    /// The mark of a notification, which is then forgotten: the queue knows it.
    public mutating func remove(_ id: String) -> DeliveryMark? { marks.removeValue(forKey: id) }
}
