/// Who speaks in the load, and about what.
package enum LoadNames {
    static let authors = ["alice", "bob", "carol", "dave", "erin"]
    /// Services whose signals stay normal.
    static let healthy = (0..<36).map { "shop-\($0)" }
    /// Services that fail from the first signal on, and on which the automation may act.
    package static let failing = (0..<4).map { "broken-\($0)" }
    static let all = healthy + failing
    static let instancesOfService = 5

    /// A service that fails for a while, and is well again.
    static func flaky(_ number: Int) -> String { "flaky-\(number)" }

    /// config/services.yaml: the automation may act on three of the four that fail, so that the
    /// fourth meets the brake or is observed.
    package static var servicesFile: String { file(failing, maxServicesPerHour: 3) }

    /// The same for a load in which so many services fail for a while, one after the other; the
    /// automation may act on all of them.
    package static func servicesFile(flaky count: Int) -> String {
        file(failing + (0..<count).map(flaky), maxServicesPerHour: 10_000)
    }

    private static func file(_ services: [String], maxServicesPerHour: Int) -> String {
        services.reduce("maxServicesPerHour: \(maxServicesPerHour)\nservices:\n") {
            $0 + "  \($1):\n    automation: act\n"
        }
    }
}
