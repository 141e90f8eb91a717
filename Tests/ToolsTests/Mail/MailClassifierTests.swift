import AgentRuntime
import TestSupport
import Testing

@testable import Tools

@Suite("Texts are sorted as people sorted others")
struct MailClassifierTests {
    private let labelled: [(text: String, category: String)] = [
        ("please send the invoice again", "Billing"), ("invoice amount is wrong", "Billing"),
        ("we paid the invoice twice", "Billing"), ("a copy of the bill please", "billing"),
        ("billing address changed", "Billing"), ("parts arrived scratched", "Quality"),
        ("the bore is out of tolerance", "Quality"), ("burrs on every edge", "Quality"),
        ("surface is rough and scratched", "Quality"), ("tolerance not met again", "Quality"),
    ]

    @Test("Words of a category lead to it, with the more confidence the more there are")
    func sorts() throws {
        let classifier = try #require(MailClassifier(labelled))
        #expect(classifier.categories == ["Billing", "Quality"])
        let billing = classifier.scores("the invoice is wrong, please send a copy")
        #expect(billing.first?.category == "Billing")
        let unsure = classifier.scores("hello there")
        #expect(unsure.allSatisfy { abs($0.confidence - 0.5) < 0.1 })
        #expect((billing.first?.confidence ?? 0) > (unsure.first?.confidence ?? 1))
        #expect(abs(billing.reduce(0) { $0 + $1.confidence } - 1) < 1e-9)
    }

    @Test("Too few labels are none")
    func tooFew() {
        #expect(MailClassifier(Array(labelled.prefix(9))) == nil)
        #expect(MailClassifier((0..<20).map { ("text \($0)", "one") }) == nil)
        let reading = MailSorter(labelled: []).read(subject: "RFQ", text: "Please quote 50 pieces")
        #expect(reading.category == "quotation_request" && reading.source == .rules)
    }

    @Test(
        "What people want is told from their words",
        arguments: [
            ("What is the status of my order?", MessageIntent.orderStatus), ("Where is my order ORD-7?", .orderStatus),
            ("Could you quote 100 brackets in aluminium?", .quotationRequest),
            ("Please send a copy of the invoice INV-9", .invoiceInquiry),
            ("The parts are defective and scratched. Unacceptable!", .complaint),
            ("We have paid today, remittance attached", .payment), ("I want to speak to a human", .humanRequest),
            ("We need to cancel our order", .orderChange), ("The weather is nice", .general), ("", .general),
        ]
    )
    func intents(_ text: String, _ intent: MessageIntent) { #expect(MessageIntent.read(text).intent == intent) }

    @Test("The question of the order is sure of itself")
    func confidence() {
        #expect(MessageIntent.read("What is the status of my order?").confidence >= 0.9)
        #expect(MessageIntent.read("hm").confidence < 0.5)
    }

    // Questions of bank customers (Casanueva et al. 2020); naive Bayes with pairs of words sorts about 84 % right.
    @Test(
        "Of a public collection with 77 intents, four in five questions are sorted right",
        .enabled(if: SharedData.exists("intent/banking77/train.jsonl"), "../shared/data/intent is missing")
    )
    func banking() throws {
        func lines(_ name: String) throws -> [(text: String, category: String)] {
            try SharedData.lines("intent/banking77/\(name).jsonl").compactMap { line in
                line["text"]?.string.flatMap { text in line["intent"]?.string.map { (text, $0) } }
            }
        }
        let classifier = try #require(MailClassifier(try lines("train")))
        var right = 0
        var sure = (right: 0, all: 0)
        let test = try lines("test").enumerated().filter { $0.offset % 4 == 0 }.map(\.element)
        for (text, intent) in test {
            let best = try #require(classifier.scores(text).first)
            if best.category == intent { right += 1 }
            if best.confidence >= 0.5 {
                sure.all += 1
                if best.category == intent { sure.right += 1 }
            }
        }
        #expect(Double(right) / Double(test.count) > 0.78)
        #expect(Double(sure.right) / Double(max(1, sure.all)) > Double(right) / Double(test.count))
    }
}
