internal import AgentRuntime

extension FigureFailure {
    /// The tenant has no rows of a kind at all.
    static func none(of kind: String) -> FigureFailure {
        FigureFailure(
            code: "no_data",
            message: "There are no \(kind); import them first.",
            more: ["available": .null, "missing": .string(kind)]
        )
    }

    /// There is no such customer, order or material; the names that come near are told.
    static func notFound(_ what: String, _ name: String, known: [String]) -> FigureFailure {
        let nearest = NearestName.of(name, among: known)
        let hint = nearest.map { "; did you mean “\($0)”?" } ?? "."
        return FigureFailure(
            code: "not_found",
            message: "There is no \(what) “\(shown(name))”\(hint)",
            more: ["name": .string(shown(name)), "nearest": .optional(nearest)]
        )
    }
}

extension Citation {
    /// The rows that an answer sums up, with the call from which they can be asked again.
    static func rows(_ source: String, _ text: String, rows: Int, tool: String, _ arguments: JSONObject) -> Citation {
        let query = query(tool, arguments)
        return Citation(
            source: source,
            id: source + "s_" + SHA256.hex(query).prefix(16),
            text: text,
            fields: ["query": .string(query), "rows": .integer(rows)]
        )
    }
}

/// Finds the customer that a name means, whether other data writes the name, the code or the identifier.
struct CustomerDirectory {
    let customers: [Customer]
    private let byName: [String: Int]

    init(_ connection: SQLiteConnection) throws(DatabaseError) {
        customers = try CustomerStore(connection).all()
        var byName: [String: Int] = [:]
        // Identifiers before codes before names: the more certain one wins where two customers share a text.
        for key in [\Customer.id, \.code, \.name, \.email] {
            for (index, customer) in customers.enumerated() {
                let name = Self.key(customer[keyPath: key])
                if !name.isEmpty, byName[name] == nil { byName[name] = index }
            }
        }
        self.byName = byName
    }

    func customer(named text: String) -> Customer? { byName[Self.key(text)].map { customers[$0] } }

    /// What rows of one customer have in common, however each of them names the customer.
    func identity(_ text: String) -> String { customer(named: text)?.id.lowercased() ?? Self.key(text) }

    /// The customer's name for people.
    func name(_ text: String) -> String { customer(named: text)?.name ?? text.trimmingBlanks() }

    private static func key(_ text: String) -> String { text.trimmingBlanks().lowercased() }
}
