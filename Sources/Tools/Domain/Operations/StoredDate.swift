internal import AgentRuntime

// Days in columns, which may be unknown.

extension SQLValue {
    static func day(_ date: CalendarDate?) -> SQLValue { .optional(date.map { Int64($0.dayNumber) }) }
}

extension Row {
    func dateOrNil(_ column: Int32) -> CalendarDate? {
        intOrNil(column).map { CalendarDate(daysSinceEpoch: Int($0)) }
    }
}

extension SQLiteConnection {
    /// Writes a row, and tells whether one of its key was there before.
    func put(
        _ sql: String,
        _ values: [SQLValue],
        unless existing: String,
        _ key: [SQLValue]
    ) throws(DatabaseError) -> Stored {
        let isThere = try first(existing, key) { row in row.int(0) } != nil
        try execute(sql, values)
        return isThere ? .replaced : .inserted
    }
}
