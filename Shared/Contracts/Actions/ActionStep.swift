public import JSON

/// One step of an action: one thing done to the world, or looked up in it.
public struct ActionStep: Sendable, Hashable {
    /// What it does.
    public enum Effect: Sendable, Hashable {
        /// Runs a program.
        case program(Program)
        /// Calls an HTTP endpoint.
        case call(Call)
        /// Sets flags of the service; control-core does it itself.
        case flags([FlagSetting])
        /// Puts a message on a topic.
        case message(Message)
    }

    /// A program with its argument vector.
    public struct Program: Sendable, Hashable {
        /// The program and its arguments, each an argument of its own whatever is in it.
        public var arguments: [ActionTemplate]
        /// Variables beside those of the file.
        public var environment: [String: ActionTemplate]
        /// Its working directory; nil: the root.
        public var directory: String?
        /// What it reads; the only place for secrets.
        public var input: ActionTemplate?
        /// Exit statuses that mean success.
        public var expectedStatus: [Int]

        /// A program.
        public init(
            arguments: [ActionTemplate], environment: [String: ActionTemplate] = [:],
            directory: String? = nil, input: ActionTemplate? = nil, expectedStatus: [Int] = [0]
        ) {
            self.arguments = arguments
            self.environment = environment
            self.directory = directory
            self.input = input
            self.expectedStatus = expectedStatus
        }
    }

    /// An HTTP request.
    public struct Call: Sendable, Hashable {
        /// The method.
        public var method: String
        /// The address.
        public var url: ActionTemplate
        /// Headers; secrets are allowed.
        public var headers: [String: ActionTemplate]
        /// The body; secrets are allowed.
        public var body: ActionTemplate?
        /// Statuses that mean success.
        public var expectedStatus: [Int]
        /// A file of certificate authorities in the place of the system's.
        public var authorityFile: String?

        /// A request.
        public init(
            method: String, url: ActionTemplate, headers: [String: ActionTemplate] = [:],
            body: ActionTemplate? = nil, expectedStatus: [Int] = [200, 201, 202, 204],
            authorityFile: String? = nil
        ) {
            self.method = method
            self.url = url
            self.headers = headers
            self.body = body
            self.expectedStatus = expectedStatus
            self.authorityFile = authorityFile
        }
    }

    /// A flag and what it is to be.
    public struct FlagSetting: Sendable, Hashable {
        /// The flag.
        public var flag: String
        /// What to hold it at; nil: the hold ends.
        public var value: FlagValue?

        /// A flag to be held, or let go.
        public init(flag: String, value: FlagValue?) {
            self.flag = flag
            self.value = value
        }
    }

    /// A message on a topic that is not ours, or on the ingress.
    public struct Message: Sendable, Hashable {
        /// The topic.
        public var topic: String
        /// The key.
        public var key: ActionTemplate
        /// The value.
        public var value: ActionTemplate

        /// A message.
        public init(topic: String, key: ActionTemplate, value: ActionTemplate) {
            self.topic = topic
            self.key = key
            self.value = value
        }
    }

    /// What it does.
    public var effect: Effect
    /// What it finds out.
    public var capture: ActionCapture?
    /// What its output has to match for success.
    public var expectedOutput: JSONPattern?
    /// What its output has to be for success, without the space around it.
    public var expectedText: ActionTemplate?
    /// It is done again at this pace, ms, until it succeeds or its time is up; nil: once.
    public var pollMs: Int64?
    /// Whether its output is kept in a file, with the digest on record: evidence.
    public var isEvidence = false
    /// How long it may take, ms; nil: the action's time.
    public var timeoutMs: Int64?

    /// A step.
    public init(
        _ effect: Effect, capture: ActionCapture? = nil, expectedOutput: JSONPattern? = nil,
        expectedText: ActionTemplate? = nil, pollMs: Int64? = nil, isEvidence: Bool = false,
        timeoutMs: Int64? = nil
    ) {
        self.effect = effect
        self.capture = capture
        self.expectedOutput = expectedOutput
        self.expectedText = expectedText
        self.pollMs = pollMs
        self.isEvidence = isEvidence
        self.timeoutMs = timeoutMs
    }
}
