internal import AgentRuntime

/// A file with a header: finds its columns, then hands over its rows.
struct ImportFile {
    private var reader: CSVReader
    private let places: [String: Int]
    private let fieldCount: Int

    /// Reads the header.
    ///
    /// - Throws: `invalid_argument` for an empty file, and for a header that lacks a required column, names one
    ///   twice or names one that is not known; every such column is named.
    init(_ bytes: [UInt8], columns: [ImportColumn]) throws {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw ImportFile.refusal([.init(line: 1, message: "is UTF-16; save the file as UTF-8")])
        }
        reader = CSVReader(bytes)
        let header: CSVReader.Row
        switch reader.next() {
        case nil: throw ImportFile.refusal([.init(line: 1, message: "the file is empty")])
        case .failure(let fault): throw ImportFile.refusal([fault])
        case .success(let row): header = row
        }
        let known = columns.map(\.name)
        var places: [String: Int] = [:]
        var faults: [CSVReader.Fault] = []
        for (place, field) in header.fields.enumerated() {
            let name = field.trimmingBlanks().lowercased()
            if places[name] != nil {
                faults.append(.init(line: header.line, message: "the column “\(shown(name))” stands twice"))
            } else if !known.contains(name) {
                let nearest = NearestName.of(name, among: known)
                let hint = nearest.map { "did you mean “\($0)”?" } ?? "known are \(known.joined(separator: ", "))"
                faults.append(.init(line: header.line, message: "the column “\(shown(name))” is unknown; \(hint)"))
            }
            places[name] = place
        }
        for column in columns where column.isRequired && places[column.name] == nil {
            faults.append(.init(line: header.line, message: "the column “\(column.name)” is missing"))
        }
        guard faults.isEmpty else { throw ImportFile.refusal(faults) }
        self.places = places
        fieldCount = header.fields.count
    }

    /// The next row, or what is wrong with it; `nil` after the last.
    mutating func next() -> Result<ImportRow, CSVReader.Fault>? {
        switch reader.next() {
        case nil: return nil
        case .failure(let fault): return .failure(fault)
        case .success(let row):
            guard row.fields.count == fieldCount else {
                let message = "has \(row.fields.count) fields where the header has \(fieldCount)"
                return .failure(.init(line: row.line, message: message))
            }
            return .success(ImportRow(line: row.line, places: places, fields: row.fields))
        }
    }

    private static func refusal(_ faults: [CSVReader.Fault]) -> AgentError {
        var all = ImportFaults(limit: faults.count)
        for fault in faults { all.add(fault) }
        return all.error ?? AgentError(.internalError, "The file was refused without a fault.")
    }
}

/// The bad rows of a file: the first ones by line, all of them by count.
struct ImportFaults {
    private let limit: Int
    private var named: [CSVReader.Fault] = []
    private var count = 0

    init(limit: Int) { self.limit = limit }

    var isEmpty: Bool { count == 0 }

    mutating func add(_ fault: CSVReader.Fault) {
        count += 1
        if named.count < limit { named.append(fault) }
    }

    /// What the caller is told; `nil` when no row is bad.
    var error: AgentError? {
        guard let first = named.first else { return nil }
        let rest = count > named.count ? " The first \(named.count) are named." : ""
        let summary =
            count == 1 ? "line \(first.line): \(first.message)" : "\(count) rows are wrong.\(rest)"
        return AgentError(
            .invalidArgument,
            "Nothing was imported: \(summary)",
            details: named.map { .init(field: "line \($0.line)", message: $0.message) }
        )
    }
}
