/// Who speaks in the load, and about what.
enum LoadNames {
    static let authors = ["alice", "bob", "carol", "dave", "erin"]
    /// Services whose signals stay normal.
    static let healthy = (0..<36).map { "shop-\($0)" }
    /// Services that fail from the first signal on, and on which the automation may act.
    static let failing = (0..<4).map { "broken-\($0)" }
    static let all = healthy + failing
    static let instancesOfService = 5

    /// config/services.yaml: the automation may act on three of the four that fail, so that the
    /// fourth meets the brake or is observed.
    static var servicesFile: String {
        failing.reduce("maxServicesPerHour: 3\nservices:\n") {
            $0 + "  \($1):\n    automation: act\n"
        }
    }
}
