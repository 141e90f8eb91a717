internal import CSQLite

/// The current row of a running statement, read by column index from 0.
///
/// Valid only within the closure that was given it: the next step overwrites it.
/// SQLite converts between types as its rules say (https://www.sqlite.org/c3ref/column_blob.html); NULL reads as 0, "" or [].
package struct Row {
    private let statement: OpaquePointer

    init(_ statement: OpaquePointer) { self.statement = statement }

    package var columnCount: Int { Int(sqlite3_column_count(statement)) }

    package func name(_ column: Int32) -> String {
        sqlite3_column_name(statement, column).map { String(cString: $0) } ?? ""
    }

    package func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

    package func int(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }
    package func intOrNil(_ column: Int32) -> Int64? { isNull(column) ? nil : int(column) }
    package func bool(_ column: Int32) -> Bool { int(column) != 0 }

    package func double(_ column: Int32) -> Double { sqlite3_column_double(statement, column) }
    package func doubleOrNil(_ column: Int32) -> Double? { isNull(column) ? nil : double(column) }

    package func text(_ column: Int32) -> String {
        guard let pointer = sqlite3_column_text(statement, column) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: pointer, count: count), as: UTF8.self)
    }

    package func textOrNil(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    package func blob(_ column: Int32) -> [UInt8] { withBytes(column) { Array($0) } }
    package func blobOrNil(_ column: Int32) -> [UInt8]? { isNull(column) ? nil : blob(column) }

    /// The bytes of a blob or text without a copy; they must not leave the closure.
    package func withBytes<T, Failure: Error>(
        _ column: Int32,
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> T
    ) throws(Failure) -> T {
        let pointer = sqlite3_column_blob(statement, column)
        let count = Int(sqlite3_column_bytes(statement, column))
        return try body(UnsafeRawBufferPointer(start: pointer, count: pointer == nil ? 0 : count))
    }

    /// The value with the type it is stored in.
    package func value(_ column: Int32) -> SQLValue {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: .integer(int(column))
        case SQLITE_FLOAT: .real(double(column))
        case SQLITE_TEXT: .text(text(column))
        case SQLITE_BLOB: .blob(blob(column))
        default: .null
        }
    }
}
