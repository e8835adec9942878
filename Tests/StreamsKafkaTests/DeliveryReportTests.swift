import Streams
import Testing

@testable import StreamsKafka

struct DeliveryReportTests {
    @Test(arguments: [(Int32(-192), "_MSG_TIMED_OUT"), (-151, "_PURGE_INFLIGHT")])
    func `a record that may have arrived is unknown, whatever the error`(
        number: Int32, name: String
    ) {
        let error = DeliveryReports.error(
            ResponseCode(number: number), mayHaveArrived: true, trouble: "reset by peer")
        #expect(error.code == .unknownOutcome)
        #expect(error.kafkaName == name)
        #expect(error.isRetriable)
        #expect(error.message.contains("reset by peer"))
    }

    @Test(arguments: [
        (Int32(-192), "_MSG_TIMED_OUT", KafkaError.Code.notSent),
        (-152, "_PURGE_QUEUE", .notSent),
        (-188, "_UNKNOWN_TOPIC", .notFound),
        (10, "MSG_SIZE_TOO_LARGE", .refused),
        (29, "TOPIC_AUTHORIZATION_FAILED", .unauthorized),
    ])
    func `a record that cannot have arrived says why`(
        number: Int32, name: String, code: KafkaError.Code
    ) {
        let error = DeliveryReports.error(
            ResponseCode(number: number), mayHaveArrived: false, trouble: nil)
        #expect(error.code == code)
        #expect(error.kafkaName == name)
    }

    @Test(arguments: [
        (Int32(-185), "_TIMED_OUT", LogError.Kind.retriable),
        (16, "NOT_COORDINATOR", .retriable),
        (-144, "_FENCED", .fenced),
        (82, "FENCED_INSTANCE_ID", .fenced),
        (-172, "_STATE", .fatal),
        (29, "TOPIC_AUTHORIZATION_FAILED", .fatal),
    ])
    func `codes of the library become kinds of the port`(
        number: Int32, name: String, kind: LogError.Kind
    ) {
        let error = ResponseCode(number: number).logError("x")
        #expect(error.kind == kind)
        #expect(error.code == name)
    }
}
