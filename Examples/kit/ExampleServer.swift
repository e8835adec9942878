public import CommandLineKit
public import HTTP

/// Serves an example until it is told to stop.
public enum ExampleServer {
    /// The configuration of the examples: loopback, and a thread for each connection, for their
    /// handlers block.
    public static func configuration(port: Int) -> HTTPServerConfiguration {
        var configuration = HTTPServerConfiguration(port: port, concurrency: .threadPerConnection)
        configuration.maxConnections = 1024
        return configuration
    }

    /// Listens, says where, and returns after a graceful stop.
    /// - Parameter onStop: called first when it stops, while requests are still answered.
    public static func run(
        _ name: String, port: Int, console: Console, stop: StopEvent,
        handler: @escaping HTTPServer.Handler, onStop: () -> Void = {}
    ) throws {
        let server: HTTPServer
        do throws(HTTPServerError) {
            server = try HTTPServer(configuration(port: port), handler: handler)
        } catch {
            throw CommandFailure(
                error.message, hint: "Give another --port, or 0 for any free one.")
        }
        console.line("\(name): listening on http://127.0.0.1:\(server.port)")
        stop.wait()
        onStop()
        server.stop()
        console.line("\(name): stopped")
    }
}
