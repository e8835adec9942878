internal import CRdKafka
internal import Streams

/// Headers between the library's form and ours.
enum KafkaHeaders {
    /// Every header, in order.
    @unsafe static func all(_ headers: OpaquePointer?) -> [RecordHeader] {
        guard let headers = unsafe headers else { return [] }
        let count = unsafe rd_kafka_header_cnt(headers)
        var result: [RecordHeader] = []
        result.reserveCapacity(count)
        for index in 0..<count {
            var name: UnsafePointer<CChar>?
            var value: UnsafeRawPointer?
            var size = 0
            let code = unsafe ResponseCode(
                rd_kafka_header_get_all(headers, index, &name, &value, &size))
            if code.isError { break }
            result.append(unsafe RecordHeader(string(name), bytes(value, size)))
        }
        return result
    }

    /// The value of the last header of that name; nil if there is none, or if it has no value.
    @unsafe static func last(_ name: String, _ headers: OpaquePointer?) -> [UInt8]? {
        guard let headers = unsafe headers else { return nil }
        var value: UnsafeRawPointer?
        var size = 0
        let code = unsafe ResponseCode(rd_kafka_header_get_last(headers, name, &value, &size))
        return code.isError ? nil : unsafe bytes(value, size)
    }

    /// `rd_kafka_headers_t *` of these, nil if there are none. It belongs to the caller until a
    /// produce call takes it.
    @unsafe static func make(_ headers: [RecordHeader]) -> OpaquePointer? {
        guard !headers.isEmpty, let list = unsafe rd_kafka_headers_new(headers.count) else {
            return nil
        }
        for header in headers {
            // The library copies name and value.
            guard let value = header.value else {
                _ = unsafe rd_kafka_header_add(list, header.name, -1, nil, 0)
                continue
            }
            _ = unsafe value.withUnsafeBytes { bytes in
                unsafe rd_kafka_header_add(
                    list, header.name, -1, present(bytes), bytes.count)
            }
        }
        return unsafe list
    }

    @unsafe private static func bytes(_ start: UnsafeRawPointer?, _ count: Int) -> [UInt8]? {
        guard let start = unsafe start else { return nil }
        return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }
}

/// The address of bytes that are there though there may be none of them: to the library a null
/// pointer means null, and an empty Swift buffer may have no address.
@unsafe func present(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawPointer {
    if let start = bytes.baseAddress { return unsafe start }
    return unsafe UnsafeRawPointer(dn_kafka_empty())
}
