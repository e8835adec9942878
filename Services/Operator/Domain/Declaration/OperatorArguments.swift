public import CommandLineKit
internal import Contracts

/// The arguments that several commands take.
public struct OperatorArguments: Sendable {
    /// `--json`, of every command.
    public static let json = Argument.flag(
        "json", help: "Print JSON on standard output, for programs.")

    let service: Argument<String?>
    let requiredService: Argument<String>
    let servicePosition: Argument<String>
    let all = Argument.flag("all", help: "All services; they are named first, and you are asked.")
    let except: Argument<[String]>
    let incident: Argument<String>
    let reason = Argument.option(
        "reason", .string, short: "r", help: "Why, for those who read it later.")
    let duration = Argument.option(
        "for", .duration(inMs: 1_000...31 * 86_400_000),
        help: "End it by itself after this time, such as 30m.")
    let override = Argument.flag(
        "override", help: "End the holds of others as well; the automation then keeps off.")
    let id = Argument.option(
        "id", Self.idFormat,
        help:
            "The id of the command. With the id of one that may have been sent it is never done twice."
    )
    let author = Argument.option(
        "as", Self.authorFormat, env: "USER", help: "Who orders it.")
    let key = Argument.option(
        "key", .string.shown(as: "FILE"), env: "DREAMNET_KEY",
        help: "The key that signs it, of 'dreamnet keys new'.")
    let breakGlass = Argument.flag(
        "break-glass",
        help: "Kafka is away: give it to the subscribers of this machine, by a signed file.")
    let breakGlassFile = Argument.option(
        "break-glass-file", .path.shown(as: "FILE"), default: "/var/lib/dreamnet/break-glass.json",
        env: "DREAMNET_BREAK_GLASS", help: "That file.")
    let lastKnown = Argument.option(
        "last-known", .path.shown(as: "FILE"), env: "DREAMNET_LAST_KNOWN",
        help: "With --break-glass: the last-known file of a subscriber, for the version it knew.")
    let yes = Argument.flag("yes", short: "y", help: "Do not ask.")
    let wait = Argument.toggle(
        "wait", default: true,
        help: "Wait until it is in effect everywhere. Where there is no terminal, only if asked.")
    let timeout = Argument.option(
        "timeout", .duration(inMs: 100...3_600_000), default: 15_000,
        help: "How long to wait.")

    /// Those of every order.
    var ofEveryOrder: [any ArgumentDeclaration] { [reason, id, author, key, wait, timeout] }

    /// Those of an order about flags, which can be given without Kafka.
    var ofBreakGlass: [any ArgumentDeclaration] { [breakGlass, breakGlassFile, lastKnown] }

    init(_ shell: any OperatorShell) {
        let services = Self.serviceFormat.completed { request in
            await shell.candidates(.service, for: request)
        }
        service = .option("service", services, short: "s", help: "The service that it is about.")
        requiredService = .requiredOption(
            "service", services, short: "s", help: "The service that it is about.")
        servicePosition = .positional("service", services, help: "The service.")
        except = .repeatedOption("except", services, help: "With --all: not this service.")
        incident = .positional(
            "incident",
            Self.incidentFormat.completed { await shell.candidates(.incident, for: $0) },
            help: "The id of the incident, such as checkout.1a2b3c4d.")
    }

    private static var serviceFormat: ValueFormat<String> {
        ValueFormat(placeholder: "NAME") { (text) throws(ValueError) in
            guard ServiceName.isValid(text) else {
                throw ValueError("is no name of a service (1 to 63 of a-z, 0-9, - and _)")
            }
            return text
        }
    }

    private static var incidentFormat: ValueFormat<String> {
        ValueFormat(placeholder: "INCIDENT") { (text) throws(ValueError) in
            guard ServiceName.ofIncident(text) != nil else {
                throw ValueError("is no id of an incident (<service>.<8 hexadecimal digits>)")
            }
            return text
        }
    }

    private static var idFormat: ValueFormat<String> {
        ValueFormat(placeholder: "ID") { (text) throws(ValueError) in
            guard (1...Envelope.idBytesMax).contains(text.utf8.count), text.sanitized == text else {
                throw ValueError("is no id (1 to \(Envelope.idBytesMax) printable bytes)")
            }
            return text
        }
    }

    private static var authorFormat: ValueFormat<String> {
        ValueFormat(placeholder: "AUTHOR") { (text) throws(ValueError) in
            guard (1...128).contains(text.utf8.count), text.sanitized == text else {
                throw ValueError("is no name of a person (1 to 128 printable bytes)")
            }
            return text
        }
    }
}
