internal import Contracts

extension Hotkey {
    /// The request with the fields of the order that its hotkey stands for.
    static func expand(_ request: RequestPayload) throws(OrderRefusal) -> RequestPayload {
        let hotkey: Hotkey
        do throws(HotkeyError) { hotkey = try Hotkey(request.hotkey ?? "") } catch {
            throw OrderRefusal(.invalid, error.description)
        }
        var order = request
        order.type = hotkey.type.rawValue
        order.enabled = hotkey.enabled ?? order.enabled
        order.module = hotkey.module ?? order.module
        order.level = hotkey.level ?? order.level
        order.action = hotkey.action ?? order.action
        return order
    }
}
