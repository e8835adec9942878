/// Runs a call that writes its complaint into a buffer of C characters, and gives both back.
@unsafe func withErrorText<R>(
    _ body: (UnsafeMutablePointer<CChar>, Int) -> R
) -> (result: R, text: String) {
    let capacity = 512
    let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: capacity)
    defer { unsafe buffer.deallocate() }
    unsafe buffer.initialize(repeating: 0, count: capacity)
    let result = unsafe body(buffer, capacity)
    return unsafe (result, String(cString: buffer))
}
