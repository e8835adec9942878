internal import CPrefetch

/// Has the processor fetch memory that is about to be looked at, while something else is done: state of
/// thousands of keys in no order is in no cache, and each look at it would be waited for, one after the
/// other. A hint, which changes nothing but the time that is taken.
public enum Prefetch {
    /// What a variable holds in place.
    public static func value<Value>(_ value: inout Value) {
        unsafe withUnsafePointer(to: &value) {
            unsafe dreamnet_prefetch($0, MemoryLayout<Value>.size)
        }
    }
}
