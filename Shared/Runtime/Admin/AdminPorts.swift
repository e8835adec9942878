/// Where the admin ports of the services are unless told otherwise.
public enum AdminPorts {
    private static let ports = [
        "control-core": 7101, "incident-core": 7102, "os-core": 7103, "nervous-system": 7104,
    ]

    /// That of a service; 0, any free one, for a program that is none of ours.
    public static func port(of service: String) -> Int { ports[service] ?? 0 }

    /// That of the service that an instance is of, by its name, as `control-core-1`; nil if the name
    /// says no service.
    public static func port(ofInstance name: String) -> Int? {
        ports.first { name == $0.key || name.hasPrefix($0.key + "-") }?.value
    }
}
