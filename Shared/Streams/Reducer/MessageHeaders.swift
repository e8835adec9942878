public import Contracts

/// The headers of a message: CloudEvents (Kafka binding, binary mode) and W3C trace context.
public enum MessageHeaders {
    /// The headers of `envelope`, said by `source`; the trace goes on from `traceparent`.
    public static func make(
        for envelope: Envelope, source: String, traceparent: String?
    ) -> [RecordHeader] {
        [
            RecordHeader("ce_specversion", text: "1.0"),
            RecordHeader("ce_id", text: envelope.id),
            RecordHeader("ce_source", text: "/dreamnet/\(source)"),
            RecordHeader("ce_type", text: "dreamnet.\(envelope.topic).\(envelope.type)"),
            RecordHeader("content-type", text: "application/json"),
            RecordHeader(
                TraceContext.headerName,
                text: TraceContext.child(of: traceparent, messageID: envelope.id)),
        ]
    }
}
