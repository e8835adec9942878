internal import Contracts
internal import Streams

/// An instance of a service. In the changelog: the service, a zero byte, the instance.
struct InstanceKey: TableKey {
    let service: String
    let instance: String

    init(_ service: String, _ instance: String) {
        self.service = service
        self.instance = instance
    }

    var changelogBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(service.utf8.count + instance.utf8.count + 1)
        bytes.append(contentsOf: service.utf8)
        bytes.append(0)
        bytes.append(contentsOf: instance.utf8)
        return bytes
    }

    func write(into writer: inout BinaryWriter) {
        writer.append(service.utf8)
        writer.write(UInt8(0))
        writer.append(instance.utf8)
    }

    init?(changelogBytes bytes: [UInt8]) {
        guard let zero = bytes.firstIndex(of: 0),
            let service = String(validating: bytes[..<zero], as: UTF8.self),
            let instance = String(validating: bytes[(zero + 1)...], as: UTF8.self)
        else { return nil }
        self.init(service, instance)
    }

    static func < (one: InstanceKey, other: InstanceKey) -> Bool {
        (one.service, one.instance) < (other.service, other.instance)
    }
}
