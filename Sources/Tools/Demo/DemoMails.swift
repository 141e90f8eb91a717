package import AgentRuntime

/// The mails of a demonstration company: written by its customers about their orders, the same for the same seed.
///
/// Four of five are labelled with a category, so that the classifier has something to learn from and to do.
package enum DemoMails {
    private struct Template {
        var category: String
        var subject: String
        var body: String
    }

    private static let templates = [
        Template(
            category: "order_status",
            subject: "Status of order {order}",
            body: "what is the status of our order {order}? We need the parts in time for assembly."
        ),
        Template(
            category: "quotation_request",
            subject: "Request for quotation: brackets",
            body: "could you send us a quotation for {count} aluminium brackets, tolerance as in our last drawing?"
        ),
        Template(
            category: "invoice_inquiry",
            subject: "Copy of the invoice for {order}",
            body: "please send a copy of the invoice for order {order}; our accounting has not received it."
        ),
        Template(
            category: "complaint",
            subject: "Scratched parts in {order}",
            body: "some parts of order {order} arrived scratched and out of tolerance. This is unacceptable to us."
        ),
        Template(
            category: "technical_support",
            subject: "Question about surface finish",
            body: "which surface finish can you hold on stainless steel, and do you provide a material certificate?"
        ),
        Template(
            category: "order_status",
            subject: "Expected delivery of {order}",
            body: "has order {order} been shipped yet, and when can we expect the delivery?"
        ),
        Template(
            category: "order_change",
            subject: "Please change order {order}",
            body: "we would like to increase the quantity of order {order} to {count} pieces. Is this still possible?"
        ),
        Template(
            category: "payment",
            subject: "Payment for {order}",
            body: "we have paid the invoice for order {order} today by bank transfer; the remittance is on its way."
        ),
    ]

    private static let names = ["Alex Morgan", "Jamie Chen", "Robin Patel", "Sam Fischer", "Kim Novak", "Lee Martin"]

    /// Mails of customers that have an address, the newest on the day before `today`.
    package static func make(
        count: Int = 40,
        customers: [Customer],
        orders: [Order],
        to address: String,
        today: CalendarDate,
        seed: UInt64 = 2024
    ) -> [MailFolder.File] {
        let writers = customers.filter { MailAddress(address: $0.email).isValid }
        guard !writers.isEmpty else { return [] }
        var random = SeededGenerator(seed: seed)
        let end = Timestamp(startOf: today).milliseconds
        return (0..<count).map { index in
            let template = templates[index % templates.count]
            let writer = random.element(of: writers)
            let own = orders.filter { writer.isNamed($0.customer) || $0.customerEmail == writer.email }
            let order = own.isEmpty ? "PO-\(random.number(in: 1000...9999))" : random.element(of: own).number
            let pieces = random.number(in: 2...40) * 25
            let name = random.element(of: names)
            func filled(_ text: String) -> String {
                text.replacing("{order}", with: order).replacing("{count}", with: String(pieces))
            }
            // Two or so a day, going back from yesterday evening.
            let pause = Int64(index) * 11 * 3_600_000 + Int64(random.number(in: 1...300)) * 60_000
            let date = Timestamp(milliseconds: end - 6 * 3_600_000 - pause)
            let lines = [
                "From: \(name) <\(writer.email)>", "To: \(address)", "Subject: \(filled(template.subject))",
                "Date: \(MailDate.text(date))", "Message-ID: <demo-\(seed)-\(index)@mail.example>",
                "Content-Type: text/plain; charset=utf-8", "", "Hello,", "", filled(template.body), "",
                "Kind regards,", "\(name), \(writer.name)", "",
            ]
            return MailFolder.File(
                name: "demo-\(index).eml",
                category: index % 5 == 4 ? nil : template.category,
                bytes: Array(lines.joined(separator: "\r\n").utf8)
            )
        }
    }
}
