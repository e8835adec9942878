import CommandLineKit
import Testing
import YAML

@testable import Runtime

@Suite struct `The file of --config` {
    private func values(_ text: String) throws -> [String: FileValue] {
        try OptionsFile.values(bytes: Array(text.utf8), file: "dreamnet.yaml")
    }

    @Test func `Takes options by their long names, and properties of Kafka as a mapping`() throws {
        let values = try values("bootstrap: kafka:9092\nkafka:\n  security.protocol: SASL_SSL\n")
        #expect(Set(values.keys) == ["bootstrap", "kafka"])
    }

    @Test(arguments: [
        ("bootsrap: kafka:9092", "dreamnet.yaml:1:11"), ("kafka: 5", "dreamnet.yaml:1:8"),
        ("bootstrap: [a]", "dreamnet.yaml:1:12"), ("a: b: c", "dreamnet.yaml:1"),
    ])
    func `Refuses what it does not know, with the place`(text: String, place: String) {
        let error = #expect(throws: YAMLError.self) { try values(text) }
        #expect(error?.description.hasPrefix(place) == true, "\(error?.description ?? "")")
    }
}
