internal import CYAML

/// A step of the parser.
struct YAMLEvent {
    enum Kind: Equatable {
        case scalar(String, YAMLNode.ScalarStyle)
        case sequenceStart
        case sequenceEnd
        case mappingStart
        case mappingEnd
        case streamEnd
        /// Starts of the stream and document and ends of the document.
        case other
    }

    var kind: Kind
    var mark: YAMLMark
}

/// libyaml's parser: the only user of its C types.
@safe
final class YAMLEventReader {
    private let file: String
    private let firstLine: Int
    // libyaml keeps pointers to both, the parser's own address included.
    private let input: UnsafeMutableBufferPointer<UInt8>
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    init(_ bytes: [UInt8], file: String, firstLine: Int) throws(YAMLError) {
        self.file = file
        self.firstLine = firstLine
        unsafe input = .allocate(capacity: bytes.count)
        _ = unsafe input.initialize(from: bytes)
        unsafe parser = .allocate(capacity: 1)
        unsafe parser.initialize(to: yaml_parser_t())
        guard unsafe yaml_parser_initialize(parser) == 1 else {
            throw YAMLError(
                .limitExceeded, "no memory for the parser",
                at: YAMLMark(file: file, line: firstLine, column: 1))
        }
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe input.deallocate()
    }

    func next() throws(YAMLError) -> YAMLEvent {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        defer { unsafe yaml_event_delete(&event) }
        let place = unsafe mark(event.start_mark)
        return YAMLEvent(kind: try unsafe kind(event, place), mark: place)
    }

    private func kind(
        _ event: yaml_event_t, _ place: YAMLMark
    ) throws(YAMLError) -> YAMLEvent.Kind {
        switch unsafe event.type {
        case YAML_ALIAS_EVENT: throw YAMLError(.unsupported, "aliases are not taken", at: place)
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            try unsafe refuse(anchor: scalar.anchor, tag: scalar.tag, place)
            let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            let style: YAMLNode.ScalarStyle =
                unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE ? .plain : .quoted
            return .scalar(unsafe String(decoding: bytes, as: UTF8.self), style)
        case YAML_SEQUENCE_START_EVENT:
            let sequence = unsafe event.data.sequence_start
            try unsafe refuse(anchor: sequence.anchor, tag: sequence.tag, place)
            return .sequenceStart
        case YAML_MAPPING_START_EVENT:
            let mapping = unsafe event.data.mapping_start
            try unsafe refuse(anchor: mapping.anchor, tag: mapping.tag, place)
            return .mappingStart
        case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        // The parser gives no event any more once the stream has ended.
        case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return .streamEnd
        default: return .other
        }
    }

    private func refuse(
        anchor: UnsafeMutablePointer<UInt8>?, tag: UnsafeMutablePointer<UInt8>?, _ place: YAMLMark
    ) throws(YAMLError) {
        if unsafe anchor != nil {
            throw YAMLError(.unsupported, "anchors are not taken", at: place)
        }
        if unsafe tag != nil { throw YAMLError(.unsupported, "tags are not taken", at: place) }
    }

    private func mark(_ mark: yaml_mark_t) -> YAMLMark {
        YAMLMark(file: file, line: firstLine + Int(mark.line), column: Int(mark.column) + 1)
    }

    private func failure() -> YAMLError {
        let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) }
        if unsafe parser.pointee.error == YAML_READER_ERROR {
            let offset = unsafe min(parser.pointee.problem_offset, input.count)
            return YAMLError(.syntax, problem ?? "not UTF-8", at: mark(ofByte: offset))
        }
        let code: YAMLError.Code =
            unsafe parser.pointee.error == YAML_MEMORY_ERROR ? .limitExceeded : .syntax
        var message = problem ?? "not YAML"
        if let context = unsafe parser.pointee.context.map({ unsafe String(cString: $0) }) {
            let line = unsafe firstLine + Int(parser.pointee.context_mark.line)
            message += " (\(context) from line \(line) on)"
        }
        return unsafe YAMLError(code, message, at: mark(parser.pointee.problem_mark))
    }

    /// The place of a byte that libyaml could not read; the column is in bytes here.
    private func mark(ofByte offset: Int) -> YAMLMark {
        let before = unsafe input[..<offset]
        let newline = UInt8(ascii: "\n")
        let line = unsafe before.count { $0 == newline }
        let lineStart = unsafe before.lastIndex(of: newline).map { $0 + 1 } ?? 0
        return YAMLMark(file: file, line: firstLine + line, column: offset - lineStart + 1)
    }
}
