internal import YAML

extension YAMLNode {
    /// Where the value at a path such as `steps[1].undo.enabled` stands; of one that is not there,
    /// where the nearest thing around it does.
    func mark(at path: String) -> YAMLMark {
        var node = self
        for part in path.split(whereSeparator: { ".[]".contains($0) }) {
            switch node.kind {
            case .mapping(let pairs):
                guard let pair = pairs.first(where: { $0.key == part }) else { return node.mark }
                // A value that is not there has no place of its own worth showing.
                guard pair.value.scalar != .null else { return pair.keyMark }
                node = pair.value
            case .sequence(let elements):
                guard let index = Int(part), elements.indices.contains(index) else {
                    return node.mark
                }
                node = elements[index]
            case .scalar: return node.mark
            }
        }
        return node.mark
    }
}
