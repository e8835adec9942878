/// A place in a service's group: a name, and the process that has it.
final class Slot {
    let service: any AnyService
    let instance: String
    var process: any AnyProcess
    /// When a process that has ended is started again, in ms passed.
    var restartMs: Int64?
    /// When the group has heard of it last, in ms passed.
    var heardMs: Int64

    init(_ service: any AnyService, instance: String, process: any AnyProcess, nowMs: Int64) {
        self.service = service
        self.instance = instance
        self.process = process
        heardMs = nowMs
    }
}
