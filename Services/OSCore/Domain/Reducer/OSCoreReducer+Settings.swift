internal import Contracts
internal import Streams

extension OSCoreReducer {
    /// Takes a setting, and shows which ones the task now runs.
    func takeSetting(
        _ record: borrowing InputRecord, _ context: ReducerContext
    ) throws(Rejection) {
        let envelope = try context.decode(record)
        try refuseFuture(envelope.ts, record.timestampMs, context)
        let setting: SettingPayload
        do throws(EnvelopeError) { setting = try envelope.payload() } catch {
            throw Rejection(error)
        }
        guard setting.service == ServiceName.all || ServiceName.isValid(setting.service) else {
            throw Rejection(.schema, "payload.service: expected a service, or *")
        }
        let values = SettingStore.values(of: setting.name)
        guard values.contains(setting.value), setting.version >= 0 else {
            throw Rejection(
                .schema, "payload.value: expected \(values.joined(separator: " or "))")
        }
        settings.take(setting)
        let partition = Int(context.partition)
        context.emit(
            SettingView(
                owner: topology.service, partition: partition, version: settings.version,
                values: settings.values),
            key: "settings/\(topology.service)/\(partition)")
    }
}
