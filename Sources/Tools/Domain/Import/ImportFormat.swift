package import AgentRuntime

/// What a kind of file (`ledger`, `budget`, …) must look like, and how its rows are stored.
///
/// One value lives for one import, within its transaction. Reading a row is apart from storing it, so that after the
/// first bad row the rest of the file is still checked, but no longer stored.
package protocol ImportFormat: SendableMetatype {
    associatedtype Entry

    /// The name of the kind; stands in requests and records.
    static var type: String { get }
    static var columns: [ImportColumn] { get }
    /// Whether a file that was imported before is refused: for rows without an identity, which would count twice.
    static var refusesRepeatedFiles: Bool { get }

    init(connection: SQLiteConnection) throws
    /// Empties the type, before the first row of a replacing import.
    static func clear(_ connection: SQLiteConnection) throws
    /// The row as it will be stored.
    mutating func read(_ row: ImportRow) throws(RowFault) -> Entry
    /// Stores a row.
    mutating func store(_ entry: Entry) throws -> Stored
    /// Stores what is still held back.
    mutating func finish() throws
}

/// Whether a row was new.
package enum Stored: Sendable {
    case inserted
    case replaced
}

/// A column of an import file.
package struct ImportColumn: Sendable, Hashable {
    package var name: String
    package var isRequired: Bool

    package static func required(_ name: String) -> ImportColumn { ImportColumn(name: name, isRequired: true) }
    package static func optional(_ name: String) -> ImportColumn { ImportColumn(name: name, isRequired: false) }
}

/// What is wrong with a row; the importer adds the line.
package struct RowFault: Error, Sendable, Hashable {
    package var message: String
    package init(_ message: String) { self.message = message }
}

/// A row's cells by column name, and the line where it begins.
package struct ImportRow {
    let line: Int
    let places: [String: Int]
    let fields: [String]

    /// The cell without white space around it; empty where the file lacks the column.
    package func text(_ column: String) -> String {
        guard let place = places[column] else { return "" }
        return fields[place].trimmingBlanks()
    }

    package func required(_ column: String) throws(RowFault) -> String {
        let text = text(column)
        guard !text.isEmpty else { throw RowFault("\(column) is empty") }
        return text
    }

    /// An exact amount of at most four decimals.
    package func amount(_ column: String) throws(RowFault) -> Int64 {
        let text = try required(column)
        do {
            return try Money(decimal: text).units
        } catch {
            throw RowFault("\(column) “\(shown(text))”: \(error)")
        }
    }

    /// An exact amount of at most four decimals, where the cell has one.
    package func optionalAmount(_ column: String) throws(RowFault) -> Int64? {
        text(column).isEmpty ? nil : try amount(column)
    }

    /// The same for what cannot be less than nothing.
    package func optionalQuantity(_ column: String) throws(RowFault) -> Int64? {
        let quantity = try optionalAmount(column)
        if let quantity, quantity < 0 { throw RowFault("\(column) “\(shown(text(column)))” is less than 0") }
        return quantity
    }

    /// A currency's code of three letters, in capitals; empty where the file says none.
    package func currency(_ column: String) throws(RowFault) -> String {
        let code = text(column).uppercased()
        guard code.isEmpty || code.utf8.count == 3 && code.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
            throw RowFault("\(column) “\(shown(text(column)))” is no currency code of three letters")
        }
        return code
    }

    package func date(_ column: String) throws(RowFault) -> CalendarDate {
        guard let date = try optionalDate(column) else { throw RowFault("\(column) is empty") }
        return date
    }

    package func optionalDate(_ column: String) throws(RowFault) -> CalendarDate? {
        let text = text(column)
        if text.isEmpty { return nil }
        guard let date = CalendarDate(text) else {
            throw RowFault("\(column) “\(shown(text))” is no date of the form YYYY-MM-DD")
        }
        return date
    }

    /// A month written `YYYY-MM`, as its first day.
    package func month(_ column: String) throws(RowFault) -> CalendarDate {
        let text = try required(column)
        guard text.utf8.count == 7, let date = CalendarDate(text + "-01") else {
            throw RowFault("\(column) “\(shown(text))” is no month of the form YYYY-MM")
        }
        return date
    }

    package func section(_ column: String) throws(RowFault) -> LedgerSection {
        let text = try required(column)
        guard let section = LedgerSection(rawValue: text.lowercased()) else {
            throw RowFault("\(column) “\(shown(text))” is none of revenue, cogs, opex, other")
        }
        return section
    }
}

/// A cell in a message: at most 40 characters, without control characters.
func shown(_ text: String) -> String {
    let plain = text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : String($0) }.joined()
    return plain.count > 40 ? plain.prefix(39) + "…" : plain
}

extension String {
    /// Without spaces and tabs at both ends (line ends in quoted cells included).
    func trimmingBlanks() -> String {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        guard let first = utf8.first, let last = utf8.last, isBlank(first) || isBlank(last) else { return self }
        let start = utf8.firstIndex { !isBlank($0) } ?? endIndex
        let end = utf8.lastIndex { !isBlank($0) }.map { utf8.index(after: $0) } ?? start
        return String(self[start..<end])
    }
}
