internal import CommandLineKit
internal import Contracts
internal import OperatorDomain
internal import Runtime
internal import StreamsKafka

/// Sends an order: says where it goes, asks where that is due, sends, and waits for the effect.
struct OrderSender: Sendable {
    /// With no broker a person is to know within 5 s. The preparation has its share; the producer
    /// gives a record up a second late at worst.
    private static let prepareMs: Int32 = 3_000
    private static let decideMs: Int32 = 4_000

    private let order: OperatorOrder
    private let options: OrderOptions
    private let bus: Bus
    private let invocation: Invocation
    private let words: String

    init(
        _ order: OperatorOrder, _ options: OrderOptions, _ bus: Bus, _ invocation: Invocation
    ) {
        self.order = order
        self.options = options
        self.bus = bus
        self.invocation = invocation
        words = OrderWords.short(order.payload, scope: order.scope)
    }

    func run() async throws -> ExitCode {
        let waits = options.wait ?? invocation.out.isTerminal
        invocation.err.line(
            "to \(bus.address.sanitized) as \(order.payload.author.sanitized): "
                + OrderWords.text(order.payload, scope: order.scope))
        if order.payload.type == CommandType.runAction.rawValue {
            let plan = ActionTasks.report(of: order.payload, invocation)
            if let plan { invocation.err.write(plan.text(for: invocation.err)) }
            invocation.err.line("its id: \(order.id)")
        }
        let expected = try ServiceDirectory(invocation)
        if order.needsConfirmation { try await confirm(expected) }
        let interruption = Interruption(order.id, invocation.err)
        let timer = Countdown(ms: Self.decideMs)
        let watch = EffectWatch(order, bus)
        do {
            try await watch.prepare(
                waits: waits, expectedServices: expected.subscribers, timeoutMs: Self.prepareMs)
        } catch {
            throw notSent(error)
        }
        let sentMs = SystemClock.monotonicMs()
        if watch.isRecordedAlready {
            invocation.err.line("It is recorded already under this id: it is not sent again.")
        } else {
            try await send(interruption, deadlineMs: max(1_000, timer.leftMs - 1_000))
        }
        interruption.move(to: .recorded)
        guard waits else {
            return try show(OrderResult(recorded: order.id, as: words))
        }
        let state = try await watch.wait(
            timeoutMs: options.timeoutMs,
            progress: invocation.err.isTerminal ? invocation.err : nil)
        return try show(
            OrderResult(
                state, id: order.id, words: words,
                elapsedMs: SystemClock.monotonicMs() - sentMs))
    }

    private func show(_ result: OrderResult) throws -> ExitCode {
        invocation.out.write(
            invocation.wantsJSON
                ? try JSONText.document(result) : result.text(for: invocation.out))
        return result.exitCode
    }

    // MARK: Asking

    /// Names what it touches, and asks.
    private func confirm(_ directory: ServiceDirectory) async throws {
        let snapshot: BusSnapshot
        do {
            snapshot = try await bus.snapshot(deadlineMs: Self.prepareMs)
        } catch {
            throw notSent(error)
        }
        let known = Set(snapshot.serviceNames).union(directory.all)
        let touched = known.filter(order.scope.includes).sorted()
        let left = known.filter { !order.scope.includes($0) }.sorted()
        if case .service(let name) = order.scope {
            invocation.err.line("This touches \(name).")
        } else if touched.isEmpty {
            invocation.err.line("This touches every service. None is known yet.")
        } else {
            invocation.err.line(
                "This touches \(HumanText.count(touched.count, "service")): "
                    + touched.joined(separator: ", ").sanitized)
            if !left.isEmpty {
                invocation.err.line("It leaves out: \(left.joined(separator: ", ").sanitized)")
            }
        }
        try Prompt(on: invocation.err).confirm(
            "\(words)?", typing: order.confirmationWord, yes: options.isConfirmed)
    }

    // MARK: Sending

    private func send(_ interruption: Interruption, deadlineMs: Int32) async throws {
        do {
            let message = try message()
            let producer = try KafkaProducer(
                bus.configuration, deliveryDeadlineMs: deadlineMs, queueLimit: 10, log: { _ in })
            interruption.move(to: .sending)
            _ = try await producer.send(
                topic: BusTopic.command.rawValue, key: message.key, value: message.value,
                headers: message.headers)
        } catch let error as KafkaError where error.code == .unknownOutcome {
            throw CommandFailure(
                "UNKNOWN whether it arrived: \(error.plainMessage)",
                hint: "Repeat it safely: the same command with --id \(order.id)",
                exitCode: .unknownArrival)
        } catch {
            throw notSent(error)
        }
    }

    private func message() throws -> OrderMessage {
        guard let path = options.keyFile else {
            return try order.message(nowMs: SystemClock.nowMs())
        }
        let key = try PrivateKeyFile.read(path)
        guard let message = try order.message(nowMs: SystemClock.nowMs(), signedBy: key) else {
            throw CommandFailure("\(path) holds no key", exitCode: .usage)
        }
        return message
    }

    private func notSent(_ error: any Error) -> any Error {
        guard let kafka = error as? KafkaError else { return error }
        return CommandFailure(
            "NOT SENT: \(kafka.plainMessage)", hint: bus.hint(kafka), exitCode: .notSent)
    }
}
