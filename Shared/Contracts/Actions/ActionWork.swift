/// A step with every place filled: what is really done.
public enum ActionWork: Sendable, Hashable {
    /// A program: arguments, variables, working directory, input, statuses that mean success.
    case program(Program)
    /// A request.
    case call(Call)
    /// Flags of the service.
    case flags([ActionStep.FlagSetting])
    /// A message.
    case message(topic: String, key: String, value: String)

    /// A program.
    public struct Program: Sendable, Hashable {
        /// The program and its arguments.
        public var arguments: [String]
        /// Variables beside those of the file.
        public var environment: [String: String]
        /// Its working directory.
        public var directory: String
        /// What it reads.
        public var input: String?
        /// Exit statuses that mean success.
        public var expectedStatus: [Int]
    }

    /// A request.
    public struct Call: Sendable, Hashable {
        /// The method.
        public var method: String
        /// The address.
        public var url: String
        /// Headers.
        public var headers: [String: String]
        /// The body.
        public var body: String?
        /// Statuses that mean success.
        public var expectedStatus: [Int]
        /// Certificate authorities in the place of the system's.
        public var authorityFile: String?
    }

    /// What it does, for people: the exact argument vector, quoted so that a shell would read it
    /// as it is, or the exact request.
    public var lines: [String] {
        switch self {
        case .program(let program):
            var first = program.arguments.map(Self.quoted).joined(separator: " ")
            for (name, value) in program.environment.sorted(by: { $0.key > $1.key }) {
                first = "\(name)=\(Self.quoted(value)) \(first)"
            }
            return [first] + (program.input.map { ["  its input: \($0)"] } ?? [])
        case .call(let call):
            return ["\(call.method) \(call.url)"]
                + call.headers.sorted(by: { $0.key < $1.key }).map { "  \($0.key): \($0.value)" }
                + (call.body.map { ["  its body: \($0)"] } ?? [])
        case .flags(let settings):
            return settings.map { setting in
                switch setting.value {
                case .bool(let isOn)?: "flag \(setting.flag): \(isOn)"
                case .number(let number)?: "flag \(setting.flag): \(number)"
                case nil: "flag \(setting.flag): let go"
                }
            }
        case .message(let topic, let key, let value):
            return ["message on \(topic), key \(key): \(value)"]
        }
    }

    private static func quoted(_ argument: String) -> String {
        let isPlain =
            !argument.isEmpty
            && argument.utf8.allSatisfy {
                (0x61...0x7a).contains($0) || (0x41...0x5a).contains($0)
                    || (0x30...0x39).contains($0) || "-._/:=@,+%".utf8.contains($0)
            }
        return isPlain ? argument : "'" + argument.replacing("'", with: "'\\''") + "'"
    }
}
