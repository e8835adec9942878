import Testing

/// Real executables on a real broker. One after the other: they share the machine, and some hold
/// to deadlines.
@Suite(.serialized) enum EndToEnd {}
