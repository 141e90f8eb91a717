import AgentRuntime
import Foundation

@testable import Retrieval

/// A small collection in memory.
struct Library {
    let connection: SQLiteConnection
    let index: PassageIndex

    init(_ documents: [Document] = []) throws {
        connection = try SQLiteConnection(path: "", mode: .memory)
        try connection.execute(PassageIndex.schema)
        index = PassageIndex(connection)
        try index.replace(documents)
    }

    static func document(_ id: String, _ title: String, _ text: String, category: String? = nil) -> Document {
        Document(id: id, title: title, category: category, file: Array(text.utf8))
    }

    /// Policies of a company, enough for ranking to have something to tell apart.
    static let policies: [Document] = [
        document(
            "travel",
            "Travel policy",
            "# Hotels\n\nThe hotel rate may reach $280 per night in large cities.\n\n# Flights\n\nFlights are booked in "
                + "economy class. Business class needs approval.",
            category: "spending"
        ),
        document(
            "expenses",
            "Expense policy",
            "# Receipts\n\nEvery item of $25 or more needs a receipt.\n\n# Deadlines\n\nClaims are made within 30 days. "
                + "Reimbursement follows on Thursday.",
            category: "spending"
        ),
        document(
            "close",
            "Month-end close",
            "Books are closed within six working days; journals need a second person."
        ),
        document(
            "security",
            "Information security",
            "Passwords have 14 characters. Lost laptops are reported within an hour."
        ),
        document("refunds", "Refund policy", "Customers may cancel within 30 days and get back the whole fee."),
        document("capex", "Capital expenditure", "Machines above $5,000 need a business case and an approval."),
        document("vendors", "Vendor onboarding", "Suppliers send tax forms and bank details before the first order."),
    ]

    func search(_ question: String, _ change: (inout Retriever.Options) -> Void = { _ in }) throws -> [Retriever.Match]
    {
        var options = Retriever.Options()
        change(&options)
        return try Retriever(index).search(question, options: options)
    }
}

/// The public test data beside the checkout; tests that need it are skipped without it.
enum SharedData {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data").path

    static func has(_ path: String) -> Bool { FileManager.default.fileExists(atPath: folder + "/" + path) }

    static func lines(_ path: String) throws -> [JSONValue] {
        let data = try Data(contentsOf: URL(filePath: folder + "/" + path))
        return try data.split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: Array($0)) }
    }
}
