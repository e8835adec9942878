/// A target that could not be read, or answered nonsense or too much.
public struct ScrapeFailurePayload: MessagePayload {
    /// The topic that carries it.
    public static let topic = BusTopic.signal
    /// The types that it stands for.
    public static let types = ["scrape_failed"]

    /// Always `scrape_failed`.
    public var type: String
    /// The service.
    public var service: String
    /// The instance.
    public var instance: String
    /// A stable reason: `unreachable`, `timeout`, `status`, `too_large`, `not_prometheus`,
    /// `no_metric`.
    public var code: String
    /// The reason for people.
    public var reason: String

    /// Makes one; what is not given is absent.
    public init(
        type: String = "scrape_failed",
        service: String,
        instance: String,
        code: String,
        reason: String
    ) {
        self.type = type
        self.service = service
        self.instance = instance
        self.code = code
        self.reason = reason
    }
}
