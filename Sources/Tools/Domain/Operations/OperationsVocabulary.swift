internal import AgentRuntime

/// The words that customers, orders, materials and suppliers bring into questions.
enum OperationsVocabulary {
    /// Names beyond this are found by search only.
    static let namesMax = 2_000

    static func entries(_ connection: SQLiteConnection) throws(DatabaseError) -> [VocabularyEntry] {
        func names(_ sql: String) throws(DatabaseError) -> [String] {
            try connection.query(sql + " LIMIT \(namesMax)") { row in row.text(0) }.filter { !$0.isEmpty }
        }
        func values(_ dimension: String, _ names: [String]) -> [VocabularyEntry] {
            names.map { VocabularyEntry($0, .value(dimension: dimension, value: $0)) }
        }
        let customers = try names(
            """
            SELECT DISTINCT name FROM customers UNION SELECT DISTINCT customer FROM orders
            UNION SELECT DISTINCT customer FROM invoices UNION SELECT DISTINCT customer FROM subscriptions ORDER BY 1
            """
        )
        let suppliers = try names(
            "SELECT DISTINCT supplier FROM deliveries UNION SELECT DISTINCT supplier FROM materials ORDER BY 1"
        )
        let statuses = try names("SELECT DISTINCT status FROM orders ORDER BY 1")
        let segments = try names("SELECT DISTINCT segment FROM customers ORDER BY 1")
        var entries = values("customer", customers) + values("supplier", suppliers)
        entries += values("customer_segment", segments)
        entries += plans(try names("SELECT DISTINCT plan FROM subscriptions ORDER BY 1"))
        entries += statuses.map { status in
            VocabularyEntry(
                status.replacing("_", with: " "),
                .value(dimension: "order_status", value: status.replacing("_", with: " ").lowercased()),
                isWhole: true
            )
        }
        let materials = try connection.query("SELECT code, name FROM materials ORDER BY code LIMIT \(namesMax)") {
            row in
            (code: row.text(0), name: row.text(1))
        }
        for material in materials {
            entries.append(VocabularyEntry(material.name, .value(dimension: "material", value: material.code)))
            entries.append(
                VocabularyEntry(material.code, .value(dimension: "material", value: material.code), isWhole: true)
            )
        }
        if try !CashStore(connection).isEmpty() { entries += CashRunwaySkill.dataWords }
        return entries
    }

    /// A plan is told by a name of several words, or with the word "plan" beside it: "Growth" alone is no plan.
    private static func plans(_ names: [String]) -> [VocabularyEntry] {
        names.flatMap { name in
            let phrases = ["\(name) plan", "plan \(name)"] + (name.contains(" ") ? [name] : [])
            return phrases.map { VocabularyEntry($0, .value(dimension: "plan", value: name), isWhole: true) }
        }
    }
}
