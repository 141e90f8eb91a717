/// Rows that a projection holds back until its batch is written, in the order in which they were first touched.
package struct BatchRows<Key: Hashable & Sendable, Row: Sendable>: Sendable {
    private var places: [Key: Int] = [:]
    private var rows: [(key: Key, row: Row)] = []

    package init() {}

    /// The row held back for a key; one that is there is replaced, never removed.
    package subscript(key: Key) -> Row? {
        get { places[key].map { rows[$0].row } }
        set {
            guard let newValue else { return }
            if let place = places[key] {
                rows[place].row = newValue
            } else {
                places[key] = rows.count
                rows.append((key, newValue))
            }
        }
    }

    /// All rows; none is held back afterwards.
    package mutating func takeAll() -> [(key: Key, row: Row)] {
        defer { self = BatchRows() }
        return rows
    }
}
