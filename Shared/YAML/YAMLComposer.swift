/// Builds nodes of events.
struct YAMLComposer {
    let events: YAMLEventReader
    let limits: YAMLLimits
    private var nodes = 0

    init(events: YAMLEventReader, limits: YAMLLimits) {
        self.events = events
        self.limits = limits
    }

    mutating func document() throws(YAMLError) -> YAMLNode {
        var event = try events.next()
        while event.kind == .other { event = try events.next() }
        guard event.kind != .streamEnd else {
            return YAMLNode(kind: .scalar("", style: .plain), mark: event.mark)
        }
        let root = try node(event, depth: 0)
        // The end of the document, then the end of the stream or the start of another document.
        _ = try events.next()
        event = try events.next()
        guard event.kind == .streamEnd else {
            throw YAMLError(.unsupported, "a second document in one file", at: event.mark)
        }
        return root
    }

    private mutating func node(_ event: YAMLEvent, depth: Int) throws(YAMLError) -> YAMLNode {
        nodes += 1
        guard nodes <= limits.nodesMax else {
            throw YAMLError(.limitExceeded, "more than \(limits.nodesMax) values", at: event.mark)
        }
        switch event.kind {
        case .scalar(let text, let style):
            return YAMLNode(kind: .scalar(text, style: style), mark: event.mark)
        case .sequenceStart:
            try check(depth, event.mark)
            return YAMLNode(kind: .sequence(try elements(depth: depth + 1)), mark: event.mark)
        case .mappingStart:
            try check(depth, event.mark)
            return YAMLNode(kind: .mapping(try pairs(depth: depth + 1)), mark: event.mark)
        case .sequenceEnd, .mappingEnd, .streamEnd, .other:
            throw YAMLError(.syntax, "a value should stand here", at: event.mark)
        }
    }

    private func check(_ depth: Int, _ mark: YAMLMark) throws(YAMLError) {
        guard depth < limits.depthMax else {
            throw YAMLError(
                .limitExceeded, "nested deeper than \(limits.depthMax) levels", at: mark)
        }
    }

    private mutating func elements(depth: Int) throws(YAMLError) -> [YAMLNode] {
        var elements: [YAMLNode] = []
        while true {
            let event = try events.next()
            if event.kind == .sequenceEnd { return elements }
            elements.append(try node(event, depth: depth))
        }
    }

    private mutating func pairs(depth: Int) throws(YAMLError) -> [YAMLPair] {
        var pairs: [YAMLPair] = []
        var lines: [String: Int] = [:]
        while true {
            let event = try events.next()
            if event.kind == .mappingEnd { return pairs }
            guard case .scalar(let key, let style) = event.kind else {
                throw YAMLError(.unsupported, "a key must be text", at: event.mark)
            }
            if key == "<<", style == .plain {
                throw YAMLError(.unsupported, "merge keys are not taken", at: event.mark)
            }
            if let line = lines.updateValue(event.mark.line, forKey: key) {
                throw YAMLError(
                    .duplicateKey, "the key '\(key.prefix(60))' is on line \(line) already",
                    at: event.mark)
            }
            let value = try node(try events.next(), depth: depth)
            pairs.append(YAMLPair(key: key, keyMark: event.mark, value: value))
        }
    }
}
