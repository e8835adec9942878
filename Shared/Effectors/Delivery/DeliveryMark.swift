public import Contracts

/// What is on record of a notification that was tried in vain and is tried again: how often, since when,
/// and when next.
public struct DeliveryMark: Sendable, Hashable {
    /// `type` of its record on `nervous.effect`.
    static let type = "notification_tried"

    /// How often it was tried.
    public let attempts: Int
    /// When it was tried for the first time, Unix ms.
    public let firstMs: Int64?
    /// When it is tried again, Unix ms.
    public let nextMs: Int64

    /// The mark that an effect is; nil if it is another one.
    public init?(_ effect: EffectPayload) {
        guard effect.type == Self.type, let attempts = effect.attempts, attempts > 0,
            attempts < 1_000_000, let nextMs = effect.nextAt
        else { return nil }
        self.attempts = attempts
        firstMs = effect.firstAt
        self.nextMs = nextMs
    }
}
