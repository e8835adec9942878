public import Contracts

extension Response: BinaryCodable {
    // 2: steps that run an action, and what their ends prove. What 1 wrote is read as well.
    private static let version: UInt8 = 2

    init(from reader: inout BinaryReader) throws(BinaryError) {
        let version = try BinaryVersion.read(&reader, latest: Self.version)
        let incidentID = try reader.readString()
        let service = try reader.readString()
        self.init(
            incidentID: incidentID, service: service,
            incident: Incident(
                state: try reader.readName(), severity: try reader.readName(),
                title: try reader.readString(), revision: try reader.readInt64(),
                evidenceTs: try reader.readInt64(), clearedTs: try reader.readOptional()))
        runbook = try reader.readOptional()
        runbookSeverity = try reader.readName()
        timings = RunbookTimings(
            actWithinMs: try reader.readInt64(), stableForMs: try reader.readInt64(),
            undoWatchMs: try reader.readInt64(), relapseWithinMs: try reader.readInt64(),
            verifyWithinMs: try reader.readInt64())
        phase = try reader.readName()
        steps = try reader.readList()
        if version > 1 {
            provenTs = try reader.readOptional()
            let underWay = try reader.readInt()
            if steps.indices.contains(underWay) { steps[underWay].isUnderWay = true }
        }
        if try reader.readBool() {
            alarm = Alarm(kind: try reader.readName(), dueMs: try reader.readInt64())
        }
        firstUndoMs = try reader.readOptional()
        putBack = try reader.readBool()
        if try reader.readBool() { pagedSeverity = try reader.readName() }
        detail = try reader.readOptional()
    }

    func encode(into writer: inout BinaryWriter) {
        writer.write(Self.version)
        writer.write(incidentID)
        writer.write(service)
        writer.write(incident.state.rawValue)
        writer.write(incident.severity.rawValue)
        writer.write(incident.title)
        writer.write(incident.revision)
        writer.write(incident.evidenceTs)
        writer.write(incident.clearedTs)
        writer.write(runbook)
        writer.write(runbookSeverity.rawValue)
        for time in [
            timings.actWithinMs, timings.stableForMs, timings.undoWatchMs,
            timings.relapseWithinMs, timings.verifyWithinMs,
        ] {
            writer.write(time)
        }
        writer.write(phase.rawValue)
        writer.write(steps)
        writer.write(provenTs)
        writer.write(steps.firstIndex(where: \.isUnderWay) ?? -1)
        writer.write(alarm != nil)
        if let alarm {
            writer.write(alarm.kind.rawValue)
            writer.write(alarm.dueMs)
        }
        writer.write(firstUndoMs)
        writer.write(putBack)
        writer.write(pagedSeverity?.rawValue)
        writer.write(detail)
    }
}

extension ResponseStep: BinaryCodable {
    init(from reader: inout BinaryReader) throws(BinaryError) {
        let runbook = try reader.readString()
        self.init(try reader.read(RunbookStep.self), of: runbook)
        state = try reader.readName()
        detail = try reader.readOptional()
        requestID = try reader.readOptional()
        attempts = try reader.readInt()
        comesBack = try reader.readBool()
    }

    func encode(into writer: inout BinaryWriter) {
        writer.write(runbook)
        writer.write(step)
        writer.write(state.rawValue)
        writer.write(detail)
        writer.write(requestID)
        writer.write(attempts)
        writer.write(comesBack)
    }
}

extension RunbookStep: BinaryCodable {
    /// Reads what `encode` wrote; its version is that of the response that it is part of.
    public init(from reader: inout BinaryReader) throws(BinaryError) {
        let id = try reader.readString()
        let title = try reader.readString()
        let before = reader.remaining
        let kind: Kind
        switch try reader.readByte() {
        case 0: kind = .ask(text: try reader.readString(), commands: try reader.readList())
        case 1: kind = .request(try reader.read(), undo: try reader.read())
        case 2:
            kind = .run(
                RunbookRun(
                    try reader.readString(), arguments: try Self.arguments(&reader),
                    withinMs: try reader.readInt64()))
        default: throw BinaryError(.outOfRange, at: before)
        }
        self.init(id: id, title: title, kind: kind)
    }

    private static func arguments(
        _ reader: inout BinaryReader
    ) throws(BinaryError) -> [NamedValue] {
        let before = reader.remaining
        let texts: [String] = try reader.readList()
        guard texts.count.isMultiple(of: 2) else { throw BinaryError(.outOfRange, at: before) }
        return stride(from: 0, to: texts.count, by: 2).map {
            NamedValue(name: texts[$0], value: texts[$0 + 1])
        }
    }

    /// Appends the step.
    public func encode(into writer: inout BinaryWriter) {
        writer.write(id)
        writer.write(title)
        switch kind {
        case .request(let action, let undo):
            writer.write(UInt8(1))
            writer.write(action)
            writer.write(undo)
        case .run(let run):
            writer.write(UInt8(2))
            writer.write(run.action)
            writer.write(run.arguments.flatMap { [$0.name, $0.value] })
            writer.write(run.withinMs)
        case .ask(let text, let commands):
            writer.write(UInt8(0))
            writer.write(text)
            writer.write(commands)
        }
    }
}

extension RunbookAction: BinaryCodable {
    /// Reads what `encode` wrote; its version is that of the response that it is part of.
    public init(from reader: inout BinaryReader) throws(BinaryError) {
        self.init(
            try reader.readName(), enabled: try reader.readOptional(),
            module: try reader.readOptional(), percent: try reader.readOptional(),
            factor: try reader.readOptional(), level: try reader.readOptional())
    }

    /// Appends the action.
    public func encode(into writer: inout BinaryWriter) {
        writer.write(type.rawValue)
        writer.write(enabled)
        writer.write(module)
        writer.write(percent)
        writer.write(factor)
        writer.write(level)
    }
}

extension BinaryReader {
    /// A value of an enumeration, by its name.
    mutating func readName<Name: RawRepresentable<String>>(
        _: Name.Type = Name.self
    ) throws(BinaryError) -> Name {
        let before = remaining
        guard let name = Name(rawValue: try readString()) else {
            throw BinaryError(.outOfRange, at: before)
        }
        return name
    }
}
