import CRdKafka
import Streams
import Testing

@testable import StreamsKafka

struct DeliveryReportTests {
    @Test func `a record that may have arrived is unknown, whatever the error`() {
        for raw in [RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR__PURGE_INFLIGHT] {
            let error = DeliveryReports.error(
                ResponseCode(raw), mayHaveArrived: true, trouble: "reset by peer")
            #expect(error.code == .unknownOutcome)
            #expect(error.isRetriable)
            #expect(error.message.contains("reset by peer"))
        }
    }

    @Test(arguments: [
        (RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, KafkaError.Code.notSent),
        (RD_KAFKA_RESP_ERR__PURGE_QUEUE, .notSent),
        (RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, .notFound),
        (RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, .refused),
        (RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, .unauthorized),
    ])
    func `a record that cannot have arrived says why`(
        raw: rd_kafka_resp_err_t, code: KafkaError.Code
    ) {
        let error = DeliveryReports.error(ResponseCode(raw), mayHaveArrived: false, trouble: nil)
        #expect(error.code == code)
    }

    @Test(arguments: [
        (RD_KAFKA_RESP_ERR__TIMED_OUT, "retriable", "_TIMED_OUT"),
        (RD_KAFKA_RESP_ERR_NOT_COORDINATOR, "retriable", "NOT_COORDINATOR"),
        (RD_KAFKA_RESP_ERR__FENCED, "fenced", "_FENCED"),
        (RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, "fenced", "FENCED_INSTANCE_ID"),
        (RD_KAFKA_RESP_ERR__STATE, "fatal", "_STATE"),
        (RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, "fatal", "TOPIC_AUTHORIZATION_FAILED"),
    ])
    func `codes of the library become kinds of the port`(
        raw: rd_kafka_resp_err_t, kind: String, name: String
    ) {
        let error = ResponseCode(raw).logError("x")
        #expect(error.kind.rawValue == kind)
        #expect(error.code == name)
    }
}
