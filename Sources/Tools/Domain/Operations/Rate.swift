package import AgentRuntime

/// What an hour, a material or a complication costs when a part is priced.
package struct Rate: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        case machineHour = "machine_hour"
        case labourHour = "labour_hour"
        case overhead
        case materialPrice = "material_price"
        case complexityFactor = "complexity_factor"

        /// Reads a kind as people write it: "Machine hour", "labor-hour", "machine_hour".
        package init?(words: String) {
            let key = words.trimmingBlanks().lowercased().replacing("-", with: "_").replacing(" ", with: "_")
            guard let kind = Kind(rawValue: key.replacing("labor", with: "labour")) ?? Kind.synonyms[key] else {
                return nil
            }
            self = kind
        }

        private static let synonyms: [String: Kind] = [
            "machine": .machineHour, "machining": .machineHour, "machining_hour": .machineHour,
            "labour": .labourHour, "labor": .labourHour, "material": .materialPrice, "complexity": .complexityFactor,
        ]
    }

    package var kind: Kind
    package var name: String
    /// In 1/1,000,000.
    package var value: Int64
    /// As written: `USD/h`, `USD/kg`, `%`, `factor`.
    package var unit: String

    package init(kind: Kind, name: String, value: Int64, unit: String = "") {
        self.kind = kind
        self.name = name
        self.value = value
        self.unit = unit
    }

    package var exact: ExactNumber { ExactNumber(significand: Int128(value), exponent: -6) }
}

/// The rates of one tenant, over a connection to its database.
package struct RateStore {
    private let connection: SQLiteConnection

    package init(_ connection: SQLiteConnection) { self.connection = connection }

    /// Every rate, by kind and name.
    package func all() throws(DatabaseError) -> [Rate] {
        try connection.query("SELECT kind, name, value, unit FROM rates ORDER BY kind, name") { row in
            // Only known kinds are ever written; a row of a later version's kind is passed over.
            Rate.Kind(rawValue: row.text(0)).map {
                Rate(kind: $0, name: row.text(1), value: row.int(2), unit: row.text(3))
            }
        }
        .compactMap(\.self)
    }

    /// Stores a rate in place of the one of its kind and name.
    package func put(_ rate: Rate) throws(DatabaseError) -> Stored {
        let key: [SQLValue] = [.text(rate.kind.rawValue), .text(rate.name)]
        return try connection.put(
            "INSERT OR REPLACE INTO rates (kind, name, value, unit) VALUES (?,?,?,?)",
            key + [.integer(rate.value), .text(rate.unit)],
            unless: "SELECT 1 FROM rates WHERE kind = ? AND name = ?",
            key
        )
    }
}
