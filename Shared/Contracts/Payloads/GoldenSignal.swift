/// The signals that os-core judges: the four golden ones of seed 000, the absence of data, and
/// the dead letters of a queue, which seed 001 wants watched.
public enum GoldenSignal: String, Codable, Sendable, Hashable, CaseIterable {
    /// The 95th percentile of request latency, ms.
    case latency
    /// Failed requests over requests, 0 to 1.
    case errors
    /// Drop of the request rate against what is usual, 0 to 1.
    case traffic
    /// The worse of CPU and memory in use, 0 to 1.
    case saturation
    /// No usable signal came for too long, or the target answers nonsense.
    case missingData = "missing_data"
    /// Dead letters that wait, and how fast new ones come.
    case deadLetters = "dead_letters"
}
