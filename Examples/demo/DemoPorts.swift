/// The ports of the stage: free ones of the loopback.
struct DemoPorts {
    /// The admin port of each of DreamNet's services.
    let admin: [String: Int]
    /// The shop's dependency.
    let payments: Int
    /// Service, instance and port of each process of the shop.
    let shop: [(service: String, instance: String, port: Int)]

    /// DreamNet's services, in the order in which they are started.
    static let services = ["control-core", "incident-core", "os-core", "nervous-system"]

    init(_ stage: DemoStage) throws {
        var taken: Set<Int> = []
        func next() throws -> Int {
            // The kernel may offer one port twice, for none is bound meanwhile.
            while true {
                let port = try stage.freePort()
                if taken.insert(port).inserted { return port }
            }
        }
        admin = try Dictionary(uniqueKeysWithValues: Self.services.map { ($0, try next()) })
        payments = try next()
        shop = try [("checkout", "1"), ("checkout", "2"), ("search", "1")].map {
            ($0.0, $0.1, try next())
        }
    }
}
