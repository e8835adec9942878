/// Settings of a broker that its clients reach by a proxy, and the audit directly.
package enum ListenerSettings {
    /// - Parameters:
    ///   - port: where the broker listens for the proxy; its controller has the next one.
    ///   - advertised: where the proxy listens.
    ///   - direct: where the broker listens for the audit, and for itself.
    package static func make(port: Int, advertised: Int, direct: Int) -> [String] {
        [
            "listeners=PLAINTEXT://127.0.0.1:\(port),CONTROLLER://127.0.0.1:\(port + 1),"
                + "DIRECT://127.0.0.1:\(direct)",
            "advertised.listeners=PLAINTEXT://127.0.0.1:\(advertised),"
                + "DIRECT://127.0.0.1:\(direct)",
            "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,"
                + "DIRECT:PLAINTEXT",
            "inter.broker.listener.name=DIRECT",
        ]
    }
}
