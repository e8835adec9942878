import StreamsKafka
import Testing

struct KafkaConfigurationTests {
    @Test(arguments: [
        ("no.such.property", "1"), ("session.timeout.ms", "soon"), ("security.protocol", "carrier"),
        ("fetch.max.bytes", "-5"),
    ])
    func `a property that the library does not take is named`(name: String, value: String) {
        let configuration = KafkaConfiguration(
            bootstrapServers: "127.0.0.1:1", properties: [name: value])
        let error = #expect(throws: KafkaError.self) { try configuration.validate() }
        #expect(error?.code == .configuration)
        #expect(error?.property == name)
        #expect(error?.message.contains(name) == true)
    }

    @Test(arguments: [
        "isolation.level", "enable.auto.commit", "transactional.id", "group.id", "partitioner",
        "bootstrap.servers", "auto.offset.reset", "partition.assignment.strategy",
    ])
    func `a property that our promises rest on is refused`(name: String) {
        let configuration = KafkaConfiguration(
            bootstrapServers: "127.0.0.1:1", properties: [name: "x"])
        let error = #expect(throws: KafkaError.self) { try configuration.validate() }
        #expect(error?.property == name)
    }

    @Test func `properties of the library pass through`() throws {
        try KafkaConfiguration(
            bootstrapServers: "127.0.0.1:1",
            properties: [
                "security.protocol": "sasl_plaintext", "sasl.mechanisms": "PLAIN",
                "sasl.username": "u", "sasl.password": "p", "fetch.max.bytes": "1048576",
            ]
        ).validate()
    }

    @Test func `what only the whole shows is found, and no secret repeated`() {
        let configuration = KafkaConfiguration(
            bootstrapServers: "127.0.0.1:1",
            properties: ["security.protocol": "ssl", "ssl.key.pem": "hunter2"])
        let error = #expect(throws: KafkaError.self) { try configuration.validate() }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("pem") == true, "\(String(describing: error))")
        #expect(error?.message.contains("hunter2") == false)
    }

    @Test func `no description of a configuration shows a value`() {
        let configuration = KafkaConfiguration(
            bootstrapServers: "127.0.0.1:1", properties: ["sasl.password": "hunter2"])
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("hunter2"))
        }
    }

    @Test func `an empty list of servers is an error`() {
        let error = #expect(throws: KafkaError.self) {
            try KafkaConfiguration(bootstrapServers: "").validate()
        }
        #expect(error?.property == "bootstrap.servers")
    }
}
