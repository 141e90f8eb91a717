internal import AgentRuntime

/// What somebody wants who writes to a company: told from words alone, in the order of how much they say.
///
/// The rules are the documented fallback of the classifier, and name the intent of a chat's message. Each intent has
/// phrases with a weight; the intent with the most weight wins, and its share of all weight found is the confidence.
package enum MessageIntent: String, Sendable, CaseIterable {
    case orderStatus = "order_status"
    case quotationRequest = "quotation_request"
    case invoiceInquiry = "invoice_inquiry"
    case payment
    case complaint
    case technicalSupport = "technical_support"
    case orderChange = "order_change"
    case returnRequest = "return_request"
    case meeting
    case application
    case spam
    case greeting
    case humanRequest = "human_request"
    case general = "general_inquiry"
    /// Of mails that were sent without a person.
    case automatic

    package struct Reading: Sendable, Hashable {
        package var intent: MessageIntent
        /// From 0 to 1.
        package var confidence: Double
    }

    /// Reads a text; without any sign of an intent it is a general one, of low confidence.
    package static func read(_ text: String) -> Reading {
        let words = MailClassifier.tokens(text, max: 2000)
        let padded = " " + words.joined(separator: " ") + " "
        var weights: [(intent: MessageIntent, weight: Double)] = []
        for (intent, phrases) in rules {
            var weight = 0.0
            for (phrase, value) in phrases where padded.contains(" \(phrase) ") { weight += value }
            if weight > 0 { weights.append((intent, weight)) }
        }
        guard let best = weights.max(by: { $0.weight < $1.weight }) else {
            return Reading(intent: .general, confidence: 0.3)
        }
        let total = weights.reduce(0) { $0 + $1.weight }
        // One weak word is little to go by, however alone it stands: confidence grows with the weight found.
        let share = best.weight / total
        let strength = best.weight / (best.weight + 0.35)
        return Reading(intent: best.intent, confidence: (share * strength * 100).rounded() / 100)
    }

    private static let rules: [(MessageIntent, [(String, Double)])] = [
        (
            .orderStatus,
            [
                ("status of my order", 4), ("status of our order", 4), ("order status", 4), ("where is my order", 4),
                ("where is our order", 4), ("track my order", 4), ("track our order", 4), ("tracking number", 3),
                ("when will my order", 3), ("when will our order", 3), ("has my order", 3), ("has our order", 3),
                ("has shipped", 2), ("been shipped", 2), ("shipped yet", 3), ("delivery date", 2),
                ("expected delivery", 2),
                ("when will it arrive", 3), ("when can we expect", 2), ("status of order", 4), ("the status of", 2),
                ("status update", 2), ("in production", 1), ("my order", 1.5), ("our order", 1.5),
                ("ready for pickup", 2),
                ("on schedule", 1.5), ("still on track", 2), ("estimated completion", 2), ("lead time for order", 2),
            ]
        ),
        (
            .quotationRequest,
            [
                ("quotation", 3), ("request a quote", 4), ("request for quote", 4), ("request for quotation", 4),
                ("rfq", 4), ("quote", 2.5), ("price for", 2), ("pricing", 2), ("how much would", 2),
                ("cost estimate", 3),
                ("unit price", 2), ("price list", 2), ("your best price", 3), ("please offer", 2), ("bulk discount", 2),
                ("offer for", 1.5), ("drawing attached", 1), ("tolerance", 0.5), ("pieces of", 0.5),
            ]
        ),
        (
            .invoiceInquiry,
            [
                ("invoice", 2.5), ("invoices", 2.5), ("copy of the invoice", 4), ("billing", 2), ("billed", 2),
                ("charged twice", 3), ("overcharged", 3), ("credit note", 3), ("statement of account", 3),
                ("vat number", 2), ("tax number", 1.5), ("wrong amount", 2), ("incorrect amount", 2),
            ]
        ),
        (
            .payment,
            [
                ("payment has been", 3), ("we have paid", 3.5), ("i have paid", 3.5), ("payment made", 3),
                ("bank transfer", 2), ("remittance", 3.5), ("payment confirmation", 3.5), ("proof of payment", 3.5),
                ("wire transfer", 2.5), ("bank details", 2.5), ("payment terms", 2), ("paid today", 2), ("payment", 1),
                ("transferred", 1.5),
            ]
        ),
        (
            .complaint,
            [
                ("complaint", 4), ("not satisfied", 3), ("unsatisfied", 3), ("dissatisfied", 3), ("disappointed", 3),
                ("unacceptable", 3.5), ("poor quality", 3.5), ("defective", 3), ("damaged", 2.5),
                ("out of tolerance", 3),
                ("wrong parts", 3), ("scratched", 2.5), ("scratches", 2.5), ("late again", 3), ("burrs", 2),
                ("rejected", 2),
                ("non conforming", 3), ("nonconforming", 3), ("still waiting", 1.5), ("terrible", 2.5), ("refund", 1.5),
                ("does not fit", 2.5), ("do not fit", 2.5),
            ]
        ),
        (
            .returnRequest,
            [
                ("return the", 2), ("return these", 2.5), ("send back", 2.5), ("rma", 4), ("return authorization", 4),
                ("return label", 3.5), ("refund", 2), ("replacement", 1.5), ("exchange", 1),
            ]
        ),
        (
            .technicalSupport,
            [
                ("technical question", 4), ("technical support", 4), ("datasheet", 3), ("data sheet", 3),
                ("material certificate", 3), ("certificate", 1.5), ("step file", 2.5), ("cad file", 2.5),
                ("drawing", 1),
                ("surface finish", 1.5), ("anodizing", 1.5), ("hardness", 1.5), ("which alloy", 2.5),
                ("cannot log in", 3),
                ("error message", 3), ("does not work", 2), ("not working", 2), ("tolerances", 1.5), ("machinable", 2),
                ("can you machine", 2), ("heat treatment", 1.5),
            ]
        ),
        (
            .orderChange,
            [
                ("change our order", 4), ("change my order", 4), ("change order", 3), ("cancel our order", 4),
                ("cancel my order", 4), ("cancel the order", 4), ("increase the quantity", 3),
                ("reduce the quantity", 3),
                ("postpone", 2.5), ("reschedule", 2), ("different quantity", 2.5), ("amend", 2),
                ("revised drawing", 2.5),
                ("new delivery address", 3), ("change the delivery", 3), ("purchase order", 1), ("place an order", 2.5),
            ]
        ),
        (
            .meeting,
            [
                ("meeting", 2), ("schedule a call", 3.5), ("appointment", 2.5), ("visit your", 2.5),
                ("factory tour", 4),
                ("video call", 2.5), ("are you available", 2), ("conference call", 3), ("factory visit", 4),
            ]
        ),
        (
            .application,
            [
                ("job application", 4), ("my resume", 4), ("my cv", 4), ("curriculum vitae", 4), ("vacancy", 3.5),
                ("open position", 3.5), ("apply for", 2.5), ("internship", 4), ("apprenticeship", 4),
            ]
        ),
        (
            .spam,
            [
                ("unsubscribe", 2.5), ("seo", 3), ("you have won", 4), ("lottery", 4), ("casino", 4), ("crypto", 2.5),
                ("click here", 2.5), ("limited offer", 3), ("limited time offer", 3.5), ("guest post", 4),
                ("backlinks", 4),
                ("boost your", 2.5), ("act now", 3), ("viagra", 4), ("first page of google", 4), ("web design", 2),
                ("email list", 2.5), ("newsletter", 1.5),
            ]
        ),
        (
            .humanRequest,
            [
                ("speak to a human", 5), ("talk to a human", 5), ("speak to someone", 4), ("talk to someone", 4),
                ("human agent", 5), ("real person", 5), ("speak with a person", 5), ("talk to a person", 5),
                ("customer service representative", 4), ("speak to a manager", 5), ("call me back", 3),
            ]
        ),
        (
            .greeting,
            [
                ("hello", 0.3), ("hi", 0.3), ("good morning", 0.5), ("good afternoon", 0.5), ("thank you", 0.2),
                ("thanks", 0.2),
            ]
        ),
    ]
}
