internal import AgentRuntime
internal import Retrieval

/// Writes drafts from what the tenant's data says: orders and invoices of the customer, and articles.
///
/// Nothing in a draft comes from the mail it answers but the sender's name and the subject: a mail is data, and what
/// it asks a program to do is not done. Instructions in articles are left out as well.
package struct MailDrafter: Sendable {
    private let databases: DomainDatabases
    private let accounts: MailAccounts

    private static let ordersMax = 5
    private static let invoicesMax = 20
    private static let passageMax = 700

    package init(_ databases: DomainDatabases, accounts: MailAccounts) {
        self.databases = databases
        self.accounts = accounts
    }

    /// An answer to a mail.
    func reply(to id: String, words: String?, settings: TenantSettings) async throws -> MailDraft {
        let account = accounts.account(of: settings.tenant)
        let database = try await databases.database(of: settings.tenant)
        return try await database.reader.perform { connection in
            let store = MailStore(connection)
            var newest = MailStore.Filter()
            newest.isUnread = true
            let found = id == "latest" ? try store.page(newest, limit: 1).first : try store.mail(id)
            guard let mail = found, mail.direction == .inbound else {
                throw MailDraftFailure(
                    code: "not_found",
                    message: "There is no such mail.",
                    more: ["name": .string(id)]
                )
            }
            guard mail.replyTo.isValid else {
                throw MailDraftFailure(
                    code: "no_recipient",
                    message: "The mail's sender is no address that can be answered."
                )
            }
            var draft = MailDraft(
                to: mail.replyTo,
                subject: MailComposer.subject(answering: mail.subject),
                text: "",
                inReplyTo: mail.messageID,
                references: MailComposer.references(answering: mail),
                answered: mail.id
            )
            let body: String
            if let words, !words.allSatisfy(\.isWhitespace) {
                body = words
            } else {
                draft.facts = try facts(for: mail, settings, connection)
                body = text(draft.facts, mail.subject)
            }
            draft.text = letter(to: mail.from.name.isEmpty ? mail.replyTo.name : mail.from.name, body, account)
            return draft
        }
    }

    /// A reminder to a customer of what he has not paid.
    func reminder(to name: String, words: String?, settings: TenantSettings) async throws -> MailDraft {
        let account = accounts.account(of: settings.tenant)
        let database = try await databases.database(of: settings.tenant)
        return try await database.reader.perform { connection in
            let customer = try self.customer(named: name, connection)
            let address = MailAddress(name: customer.name, address: customer.email)
            guard address.isValid else {
                throw MailDraftFailure(
                    code: "no_recipient",
                    message: "There is no e-mail address for \(customer.name) to write to."
                )
            }
            let format = FigureFormat(locale: settings.locale, currency: settings.currency)
            let due = try InvoiceStore(connection).all().filter { invoice in
                customer.isNamed(invoice.customer) && invoice.outstanding.units > 0
                    && (invoice.daysOverdue(today: settings.today) ?? 0) > 0
            }
            .sorted { ($0.dueDate?.dayNumber ?? 0, $0.number) < ($1.dueDate?.dayNumber ?? 0, $1.number) }
            guard !due.isEmpty || words != nil else {
                throw MailDraftFailure(
                    code: "nothing_overdue",
                    message: "\(customer.name) has no overdue invoice to be reminded of.",
                    more: ["customer": .string(customer.name)]
                )
            }
            let facts = due.prefix(Self.invoicesMax).map { invoice in
                let days = invoice.daysOverdue(today: settings.today) ?? 0
                let amount =
                    invoice.currency.isEmpty || invoice.currency == settings.currency
                    ? format.money(invoice.outstanding)
                    : FigureFormat(locale: settings.locale, currency: invoice.currency).money(invoice.outstanding)
                let date = invoice.dueDate.map { "due on \($0)" } ?? "due"
                let text = "Invoice \(invoice.number): \(amount), \(date), \(days) days overdue."
                return MailDraft.Fact(
                    text: text,
                    citation: Citation(source: "invoice", id: invoice.number, text: text)
                )
            }
            let lead = due.count == 1 ? "this invoice is still open:" : "these invoices are still open:"
            let rest = due.count - facts.count
            var lines = facts.map { "- \($0.text)" }
            if rest > 0 { lines.append("- and \(rest) more") }
            let body =
                words ?? "According to our books, \(lead)\n\n\(lines.joined(separator: "\n"))\n\n"
                + "Please let us know when we can expect your payment. If you have paid in the meantime, please "
                + "disregard this message."
            return MailDraft(
                to: address,
                subject: due.isEmpty ? "A message from \(account.name ?? "us")" : "Reminder: overdue invoices",
                text: letter(to: customer.name, body, account),
                facts: facts
            )
        }
    }

    /// The one customer of that name, or whose name alone holds it.
    private func customer(named name: String, _ connection: SQLiteConnection) throws -> Customer {
        let all = try CustomerStore(connection).all()
        if let customer = all.first(where: { $0.isNamed(name) }) { return customer }
        let wanted = name.lowercased()
        let holding = all.filter { !wanted.isEmpty && $0.name.lowercased().contains(wanted) }
        if holding.count == 1 { return holding[0] }
        if holding.count > 1 {
            let names = holding.prefix(5).map(\.name)
            throw MailDraftFailure(
                code: "not_found",
                message: "Several customers are named so: \(names.joined(separator: ", ")).",
                more: ["name": .string(name), "nearest": .array(names.map(JSONValue.string))]
            )
        }
        let near = NearestName.of(name, among: all.map(\.name))
        let hint = near.map { " Did you mean \($0)?" } ?? ""
        throw MailDraftFailure(
            code: "not_found",
            message: "There is no customer named “\(shown(name))”.\(hint)",
            more: ["name": .string(name), "nearest": near.map(JSONValue.string) ?? .null]
        )
    }

    // MARK: Facts

    private func facts(
        for mail: Mail,
        _ settings: TenantSettings,
        _ connection: SQLiteConnection
    ) throws -> [MailDraft.Fact] {
        var facts: [MailDraft.Fact] = []
        let customer = try CustomerStore(connection).all().first { $0.email.lowercased() == mail.from.key }
        let orders = try OrderStore(connection).all().filter { order in
            !mail.from.address.isEmpty && order.customerEmail.lowercased() == mail.from.key
                || customer?.isNamed(order.customer) == true
        }
        let words = " \(mail.subject) \(mail.text) ".lowercased()
        // Only the sender's own orders are spoken of, whatever numbers he names.
        let named = orders.filter { words.contains($0.number.lowercased()) }
        if mail.intent == .orderStatus || mail.intent == .orderChange || !named.isEmpty {
            let told = named.isEmpty ? orders.filter(\.isOpen) : named
            for order in told.suffix(Self.ordersMax) {
                let expected = order.expectedDate.map { ", expected on \($0)" } ?? ""
                let text = "Order \(order.number) is \(order.statusWords)\(order.isOpen ? expected : "")."
                facts.append(.init(text: text, citation: Citation(source: "order", id: order.id, text: text)))
            }
        }
        if mail.intent == .invoiceInquiry || mail.intent == .payment, let customer {
            let format = FigureFormat(locale: settings.locale, currency: settings.currency)
            let open = try InvoiceStore(connection).all().filter {
                customer.isNamed($0.customer) && $0.outstanding.units > 0
            }
            for invoice in open.prefix(Self.ordersMax) {
                let due = invoice.dueDate.map { ", due on \($0)" } ?? ""
                let text = "Invoice \(invoice.number): \(format.money(invoice.outstanding)) open\(due)."
                facts.append(.init(text: text, citation: Citation(source: "invoice", id: invoice.number, text: text)))
            }
        }
        guard facts.isEmpty else { return facts }
        var options = Retriever.Options()
        options.limit = 1
        let question = String((mail.subject + " " + MailText.own(mail.text)).prefix(1000))
        let store = ArticleStore(connection)
        guard let match = try store.search(question, options: options).first else { return facts }
        let kept = InstructionText.cleaned(match.passage.text)
        let passage = String(kept.prefix(Self.passageMax))
        guard !passage.allSatisfy(\.isWhitespace) else { return facts }
        let file = try store.fileName(of: match.document) ?? match.document
        let citation = Citation.article(
            match.document,
            title: match.title,
            file: file,
            headingPath: match.passage.headingPath,
            range: match.passage.range,
            text: match.passage.text
        )
        return [.init(text: passage, citation: citation)]
    }

    // MARK: Words

    private func text(_ facts: [MailDraft.Fact], _ subject: String) -> String {
        let about = subject.isEmpty ? "your message" : "your message “\(MailText.line(subject))”"
        guard !facts.isEmpty else {
            return "Thank you for \(about). We have received it; a colleague will look into it and come back to you."
        }
        let isArticle = facts.allSatisfy { $0.citation.source == "article" }
        let lines = isArticle ? facts.map(\.text) : facts.map { "- \($0.text)" }
        return "Thank you for \(about). Here is what we can tell you:\n\n\(lines.joined(separator: "\n"))\n\n"
            + "If this does not answer your question, just reply to this message."
    }

    private func letter(to name: String, _ body: String, _ account: MailAccount) -> String {
        let greeting = name.isEmpty ? "Hello," : "Dear \(MailText.line(name)),"
        return "\(greeting)\n\n\(body)\n\nKind regards,\n\(account.name ?? "Customer service")"
    }
}
