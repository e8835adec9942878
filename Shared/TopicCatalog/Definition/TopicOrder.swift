/// What becomes of a key's later messages when one of them cannot be taken.
public enum TopicOrder: String, Sendable, Hashable, CaseIterable {
    /// They are taken: the dead one is made up for later, if at all.
    case none
    /// They wait behind it on the dead-letter topic.
    case key
}
