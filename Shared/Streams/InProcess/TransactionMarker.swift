/// What ends a transaction in one of the places that it has touched. On Kafka the coordinator
/// decides first, and the places learn of it one after the other.
struct TransactionMarker {
    enum Place {
        case partition(BrokerState.PartitionName)
        case offsets([BrokerState.GroupOffset])
    }

    let transaction: Int
    let isCommit: Bool
    let place: Place
}
