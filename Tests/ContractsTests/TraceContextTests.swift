import Contracts
import Testing

@Suite struct TraceContextTests {
    private static let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test func `a well-formed traceparent is taken as it is`() {
        #expect(TraceContext.valid(Self.good) == Self.good)
    }

    @Test(
        arguments: [
            "", "00", "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-02",
            // A digit with an accent lies between two digits in the order of characters.
            "00-4bf92f3577b34da6a3ce929d0e0e47\u{301}-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\u{301}",
        ])
    func `anything else is refused`(text: String) {
        #expect(TraceContext.valid(text) == nil)
    }

    @Test func `a child is well-formed and keeps the trace`() {
        let child = TraceContext.child(of: Self.good, messageID: "m\u{301}")
        #expect(TraceContext.valid(child) == child)
        #expect(child.hasPrefix("00-4bf92f3577b34da6a3ce929d0e0e4736-"))
        let first = TraceContext.child(of: nil, messageID: "m")
        #expect(TraceContext.valid(first) == first)
    }
}
