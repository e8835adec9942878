import Contracts
import DreamNetClient
import JSON
import Testing

@Suite struct `The flags that an app knows` {
    private func envelope(
        _ flag: String, service: String, _ value: FlagValue, version: Int64 = 1,
        except: [String]? = nil, ts: Int64 = 1_000
    ) throws -> Envelope {
        try Envelope(
            id: "f\(version)", ts: ts, role: .system,
            FlagPayload(
                service: service, flag: flag, value: value, version: version, holders: [],
                except: except, updatedMs: ts))
    }

    @Test(arguments: [
        ("safe_mode", FlagValue.bool(false), FlagValue.bool(true), FlagValue.bool(true)),
        ("safe_mode", .bool(true), .bool(false), .bool(true)),
        ("external_calls", .bool(true), .bool(false), .bool(false)),
        ("module:citadel", .bool(false), .bool(true), .bool(false)),
        ("rate_limit", .number(80), .number(50), .number(50)),
        ("autoscale", .number(1), .number(3), .number(3)),
    ])
    func `Of one's own flag and that of all, the more restrictive holds`(
        flag: String, own: FlagValue, all: FlagValue, expected: FlagValue
    ) throws {
        var table = FlagTable()
        table.take(try envelope(flag, service: "checkout", own))
        table.take(try envelope(flag, service: "*", all, version: 2))
        #expect(table.value(flag, service: "checkout") == expected)
        #expect(table.value(flag, service: "billing") == all)
        #expect(table.version == 2)
    }

    @Test func `A flag of all does not touch a service that it leaves out`() throws {
        var table = FlagTable()
        table.take(try envelope("safe_mode", service: "*", .bool(true), except: ["billing"]))
        #expect(table.bool("safe_mode", service: "checkout", default: false))
        #expect(!table.bool("safe_mode", service: "billing", default: false))
    }

    @Test func `A superseded record that is read again does not come back`() throws {
        var table = FlagTable()
        table.take(try envelope("kill_switch", service: "checkout", .bool(false), version: 1))
        table.take(try envelope("kill_switch", service: "checkout", .bool(true), version: 2))
        table.take(try envelope("kill_switch", service: "checkout", .bool(false), version: 1))
        #expect(table.bool("kill_switch", service: "checkout", default: false))
    }

    @Test func `Of a flag of all only the holds count that do not exempt the service`() throws {
        func hold(_ who: String, _ percent: Double, except: [String]?) -> FlagHold {
            FlagHold(
                holder: "person/\(who)", value: .number(percent), author: who, sinceMs: 0,
                except: except, commandId: who)
        }
        var table = FlagTable()
        let flag = FlagPayload(
            service: "*", flag: "rate_limit", value: .number(10), version: 1,
            holders: [
                hold("alice", 10, except: ["checkout"]), hold("bob", 50, except: nil),
            ], updatedMs: 0)
        table.take(try Envelope(id: "f", ts: 1, role: .system, flag))
        #expect(table.number("rate_limit", service: "checkout") == 50)
        #expect(table.number("rate_limit", service: "billing") == 10)
    }

    @Test func `A heartbeat moves the version on, and an unknown message moves nothing`() throws {
        var table = FlagTable()
        let beat = FlagsHeartbeatPayload(version: 7, intervalMs: 5_000)
        let moved = table.take(try Envelope(id: "h", ts: 5, role: .system, beat))
        #expect(moved && table.version == 7 && table.lastHeardMs == 5)
        let stranger = try Envelope(
            id: "x", ts: 9, role: .system, topic: "flags", payload: ["type": "flag_poem"])
        let again = table.take(stranger)
        #expect(!again && table.lastHeardMs == 5)
    }
}
