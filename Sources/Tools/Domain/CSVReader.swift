/// Reads comma-separated values (RFC 4180) row by row from bytes in memory.
///
/// UTF-8 with or without a byte order mark; rows end with CRLF or LF; quoted fields may hold commas, doubled quotes
/// and line ends. Blank lines are skipped. A row that is wrong is reported by the physical line where it begins, and
/// reading goes on at the next line, so that one pass names every bad row. Only an unclosed quote ends the file early.
package struct CSVReader {
    /// What is refused rather than read; a row beyond it is a fault.
    package struct Limits: Sendable {
        package var fieldBytes = 64 * 1024
        package var rowBytes = 1024 * 1024
        package var fields = 256

        package static let standard = Limits()
    }

    /// One row: its fields, unquoted, and the line where it begins (the first is 1).
    package struct Row: Sendable, Hashable {
        package var line: Int
        package var fields: [String]
    }

    /// What is wrong with the row that begins at a line.
    package struct Fault: Error, Sendable, Hashable {
        package var line: Int
        package var message: String
    }

    private let bytes: [UInt8]
    private let limits: Limits
    private var position = 0
    private var line = 1
    private var field: [UInt8] = []

    package init(_ bytes: [UInt8], limits: Limits = .standard) {
        self.bytes = bytes
        self.limits = limits
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// The next row, or what is wrong with it; `nil` after the last.
    package mutating func next() -> Result<Row, Fault>? {
        while position < bytes.count, skipLineEnd() {}
        guard position < bytes.count else { return nil }
        let first = line
        do throws(Problem) {
            return .success(Row(line: first, fields: try row()))
        } catch {
            if error != .unclosedQuote { skipToNextLine() }
            return .failure(Fault(line: first, message: error.message(limits)))
        }
    }

    private enum Problem: Error {
        case invalidUTF8
        case nullByte
        case loneCarriageReturn
        case quoteInsideField
        case textAfterQuote
        case unclosedQuote
        case longField
        case longRow
        case manyFields

        func message(_ limits: Limits) -> String {
            switch self {
            case .invalidUTF8: "is not valid UTF-8"
            case .nullByte: "holds a NUL byte; is this a text file?"
            case .loneCarriageReturn: "holds a carriage return without a line feed outside of quotes"
            case .quoteInsideField: "has a quote inside a field that does not begin with one"
            case .textAfterQuote: "has text after a closing quote"
            case .unclosedQuote: "opens a quote that is never closed"
            case .longField: "has a field of more than \(limits.fieldBytes) bytes"
            case .longRow: "is longer than \(limits.rowBytes) bytes"
            case .manyFields: "has more than \(limits.fields) fields"
            }
        }
    }

    private mutating func row() throws(Problem) -> [String] {
        let start = position
        var fields: [String] = []
        while true {
            let text = try nextField(rowStart: start)
            guard fields.count < limits.fields else { throw .manyFields }
            fields.append(text)
            guard position < bytes.count, bytes[position] == UInt8(ascii: ",") else { break }
            position += 1
        }
        _ = skipLineEnd()
        return fields
    }

    /// Reads one field and stops at the comma, the line end or the end of the file.
    private mutating func nextField(rowStart: Int) throws(Problem) -> String {
        field.removeAll(keepingCapacity: true)
        if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
            try quotedField(rowStart: rowStart)
        } else {
            while position < bytes.count {
                let byte = bytes[position]
                if byte == UInt8(ascii: ",") || isAtLineEnd { break }
                if byte == UInt8(ascii: "\"") { throw .quoteInsideField }
                if byte == UInt8(ascii: "\r") { throw .loneCarriageReturn }
                try take(byte, rowStart: rowStart)
            }
        }
        guard let text = String(validating: field, as: UTF8.self) else { throw .invalidUTF8 }
        return text
    }

    private mutating func quotedField(rowStart: Int) throws(Problem) {
        position += 1
        // A quote that is never closed swallows the rest of the file; the scan is bounded by the limits all the same,
        // but the message should name the cause and not the consequence.
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                guard position < bytes.count else { return }
                if bytes[position] == UInt8(ascii: "\"") {
                    try take(UInt8(ascii: "\""), rowStart: rowStart)
                    continue
                }
                guard bytes[position] == UInt8(ascii: ",") || isAtLineEnd else { throw .textAfterQuote }
                return
            }
            if byte == UInt8(ascii: "\n") { line += 1 }
            try take(byte, rowStart: rowStart)
        }
        throw .unclosedQuote
    }

    private mutating func take(_ byte: UInt8, rowStart: Int) throws(Problem) {
        if byte == 0 { throw .nullByte }
        guard field.count < limits.fieldBytes else { throw .longField }
        guard position - rowStart < limits.rowBytes else { throw .longRow }
        field.append(byte)
        position += 1
    }

    private var isAtLineEnd: Bool {
        let byte = bytes[position]
        if byte == UInt8(ascii: "\n") { return true }
        return byte == UInt8(ascii: "\r") && position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "\n")
            || byte == UInt8(ascii: "\r") && position + 1 == bytes.count
    }

    private mutating func skipLineEnd() -> Bool {
        guard position < bytes.count, isAtLineEnd else { return false }
        position += bytes[position] == UInt8(ascii: "\r") && position + 1 < bytes.count ? 2 : 1
        line += 1
        return true
    }

    private mutating func skipToNextLine() {
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
        _ = skipLineEnd()
    }
}
