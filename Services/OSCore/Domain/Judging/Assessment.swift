/// What a judgement of a service is made of. It is large: whoever judges fills one in place.
struct Assessment {
    var figures = WindowFigures()
    /// Of each windowed signal, in their order.
    var judgements = InlineArray<5, Judgement>(repeating: .unknown)
    var p95Ms: Double?
}
