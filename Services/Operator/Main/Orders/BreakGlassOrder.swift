internal import CommandLineKit
internal import Contracts
internal import DreamNetClient
internal import Glibc
internal import OperatorDomain
internal import Runtime
internal import Streams

/// Gives an order to the subscribers of this machine by the signed break-glass file. No broker is
/// asked: there is none.
struct BreakGlassOrder: Sendable {
    private let invocation: Invocation

    init(_ invocation: Invocation) { self.invocation = invocation }

    func give(_ order: OperatorOrder, _ options: BreakGlassOptions) throws -> ExitCode {
        let host = Self.hostName()
        let words = OrderWords.text(order.payload, scope: order.scope)
        invocation.err.line(
            "BREAK-GLASS on \(host.sanitized) as \(order.payload.author.sanitized): \(words)")
        let key = try PrivateKeyFile.read(options.keyFile)
        if order.needsConfirmation {
            try Prompt(on: invocation.err).confirm(
                "\(words)?", typing: order.confirmationWord, yes: options.isConfirmed)
        }
        var payload = order.payload
        do throws(FlagFileError) {
            payload.breakGlass = BreakGlassNote(
                host: host,
                baseVersion: try options.lastKnownFile.map { path throws(FlagFileError) in
                    try FlagSubscriber.version(inLastKnown: path)
                })
        } catch {
            throw CommandFailure(
                "\(error)", hint: "Leave --last-known out: the time of the order is compared then.",
                exitCode: .notSent)
        }
        let signed = OperatorOrder(
            id: order.id, isRepetition: false, scope: order.scope, payload: payload)
        let nowMs = SystemClock.nowMs()
        guard let message = try signed.message(nowMs: nowMs, signedBy: key),
            let signature = message.headers.last(where: {
                $0.name == CommandSignature.headerName
            })?.value
        else { throw CommandFailure("\(options.keyFile.sanitized) holds no key", exitCode: .usage) }
        do throws(FlagFileError) {
            try BreakGlassFile.add(
                .init(
                    key: String(decoding: message.key, as: UTF8.self),
                    value: String(decoding: message.value, as: UTF8.self),
                    signature: String(decoding: signature, as: UTF8.self)),
                to: options.file, nowMs: nowMs)
        } catch {
            throw CommandFailure(
                "NOT SENT: \(error)",
                hint: "--break-glass-file, or DREAMNET_BREAK_GLASS, says where; its folder must be "
                    + "there, and be yours to write.", exitCode: .notSent)
        }
        invocation.out.line(
            "written to \(options.file.sanitized) as \(order.id): subscribers here that trust the key "
                + "of \(order.payload.author.sanitized) obey it within a second")
        invocation.err.line(
            "It is published when Kafka is back. What became of it then: dreamnet commands show "
                + order.id)
        return .success
    }

    private static func hostName() -> String {
        var name = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&name, name.count - 1) == 0 else { return "unknown" }
        let text = String(
            decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.isEmpty ? "unknown" : String(text.prefix(64))
    }
}
