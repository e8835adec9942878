/// Look-ups among the fields of an object, each from where the last one ended, then once around.
///
/// Fields asked for in the order in which the text has them cost one comparison each.
@safe
public struct JSONFields: ~Escapable {
    private let object: JSONView
    /// The index of the key after the last one found.
    private var next: Int

    @_lifetime(copy object)
    init(_ object: JSONView) {
        next = object.index + 1
        self.object = object
    }

    /// The value of a key, of kind `missing` if there is none.
    @_lifetime(copy self)
    public mutating func find(_ key: StaticString) -> JSONView {
        let found = key.withUTF8Buffer { name in
            let ahead = unsafe object.find(name, from: next)
            return ahead != 0 ? ahead : unsafe object.find(name, from: object.index + 1, to: next)
        }
        let value = JSONView(object, index: found)
        if found != 0 { next = value.following }
        return value
    }
}
