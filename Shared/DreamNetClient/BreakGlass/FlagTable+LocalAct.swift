internal import Contracts

extension FlagTable {
    /// Does to the flags what control-core would do with the order.
    mutating func obey(_ act: LocalAct) {
        let holder = "person/\(act.command.author)"
        let overrides = act.command.override == true
        func hold(_ value: FlagValue) -> FlagHold {
            FlagHold(
                holder: holder, value: value, author: act.command.author,
                reason: act.command.reason, sinceMs: act.ts, expiresAt: act.command.expiresAt,
                except: act.command.all == true ? act.command.except : nil, commandId: act.id)
        }
        for flag in act.order.flags {
            guard let rest = FlagRules.rest(flag) else { continue }
            change(flag, service: act.act.key) { record in
                let others = overrides ? [] : record.holders.filter { $0.holder != holder }
                switch act.order {
                case .hold(let targets):
                    guard let target = targets.first(where: { $0.flag == flag }) else { return }
                    record.holders = others + [hold(target.value)]
                case .letGo:
                    let keepsOff =
                        overrides && act.command.type != CommandType.releaseFlag.rawValue
                    record.holders = keepsOff ? [hold(rest)] : others
                }
                record.value = FlagRules.fold(flag, record.holders.map(\.value))
            }
        }
    }
}
