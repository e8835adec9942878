internal import CommandLineKit
internal import Contracts
internal import OperatorDomain

/// Runs a verb on every service that has it, one after the other. One that fails stops none of the
/// others: each is told.
struct EverywhereTask: Sendable {
    private let invocation: Invocation

    init(_ invocation: Invocation) { self.invocation = invocation }

    func run(_ order: OperatorOrder, _ options: OrderOptions) async throws -> ExitCode {
        let verb = order.payload.action ?? ""
        let services = try ActionTasks(invocation).services(with: verb)
        invocation.err.line(
            "\(verb.sanitized) of \(HumanText.count(services.count, "service")): "
                + services.joined(separator: ", ").sanitized)
        try Prompt(on: invocation.err).confirm(
            "\(verb) of all?", typing: "all", yes: options.isConfirmed)
        let bus = try Bus(invocation)
        var failed: [(service: String, code: ExitCode)] = []
        for service in services {
            var payload = order.payload
            payload.service = service
            // The same line again with the same --id comes to the same orders.
            let one = OperatorOrder(
                id: "\(order.id)-\(service)", isRepetition: order.isRepetition,
                scope: .service(service), payload: payload)
            do {
                let code = try await OrderSender(one, options, bus, invocation).run()
                if code != .success { failed.append((service, code)) }
            } catch let failure as CommandFailure {
                invocation.err.line("\(service): \(failure.message)".sanitized)
                failed.append((service, failure.exitCode))
            }
        }
        for (service, code) in failed {
            invocation.err.line("\(verb) of \(service): not done (status \(code.rawValue))")
        }
        return failed.first?.code ?? .success
    }
}
