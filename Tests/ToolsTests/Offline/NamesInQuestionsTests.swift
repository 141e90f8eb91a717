import AgentRuntime
import Testing

@testable import Tools

/// A company whose names are written with signs, whose department is called like a measure and whose account like a
/// department.
@Suite("Names as questions write them")
struct NamesInQuestionsTests {
    private static let ledger = """
        date,account_code,account_name,section,amount,region,lob,product,department,vendor
        2025-04-05,10,Product Income,revenue,1000,North,Mid-Market,,,
        2025-04-06,10,Product Income,revenue,500,South,Enterprise,,,
        2025-04-07,10,Product Income,revenue,11,South-East,,,,
        2025-04-07,10,Product Income,revenue,13,Île-de-France,,Self-Service,,
        2025-04-07,10,Product Income,revenue,17,Asia-Pacific,,Pay-as-you-go,,
        2025-04-07,10,Product Income,revenue,19,US,,All-in-One,,
        2025-04-07,10,Product Income,revenue,23,"Baden, West",,C++ Kit,,
        2025-04-07,10,Product Income,revenue,29,West/Coast,,No. 7,,
        2025-05-05,10,Product Income,revenue,700,North,Mid-Market,,,
        2025-05-06,10,Product Income,revenue,400,South,Enterprise,,,
        2025-04-09,20,Freight,cogs,100,,,,,DHX Cargo
        2025-04-09,20,Freight,cogs,7,,,,,O'Brien & Sons
        2025-04-09,20,Freight,cogs,5,,,,,7-Eleven
        2025-05-09,20,Freight,cogs,110,,,,,DHX Cargo
        2025-04-10,30,Marketing,opex,60,,,,Marketing,
        2025-04-11,40,Payroll,opex,90,,,,Marketing,
        2025-04-12,40,Payroll,opex,200,,,,Sales,
        2025-05-10,30,Marketing,opex,65,,,,Marketing,
        2025-05-11,40,Payroll,opex,95,,,,Marketing,
        2025-05-12,40,Payroll,opex,260,,,,Sales,
        2025-05-13,50,IT,opex,31,,,,IT,
        2025-05-13,40,Payroll,opex,37,,,,IT,
        """

    private func conversation() async throws -> (TenantFixture, DataConversation) {
        let fixture = try TenantFixture(today: "2025-05-31")
        try await fixture.load("ledger", Self.ledger)
        return (fixture, try DataConversation(fixture.databases, settings: fixture.settings))
    }

    @Test(
        "A name written with signs is found whole, with its signs, without them or with spaces",
        arguments: [
            ("Revenue in South-East in April 2025", "$11"), ("Revenue in South East in April 2025", "$11"),
            ("Revenue in South\u{2011}East in April 2025", "$11"),
            ("Mid-Market revenue in April 2025", "$1,000"), ("Midmarket revenue in April 2025", "$1,000"),
            ("What was mid market revenue in April 2025?", "$1,000"),
            ("Revenue from Pay-as-you-go in April 2025", "$17"), ("Revenue of pay as you go in April 2025", "$17"),
            ("Revenue from All-in-One in April 2025", "$19"), ("Revenue in Île-de-France in April 2025", "$13"),
            ("Revenue in ile de france in April 2025", "$13"), ("Self-Service revenue in April 2025", "$13"),
            ("Revenue in Asia-Pacific, April 2025", "$17"), ("Revenue in the US in April 2025", "$19"),
            ("Revenue in Baden, West in April 2025", "$23"), ("Revenue of C++ Kit in April 2025", "$23"),
            ("Revenue in West/Coast in April 2025", "$29"), ("Revenue of No. 7 in April 2025", "$29"),
            ("What did we spend with O'Brien & Sons in April 2025?", "$7"),
            ("What did we spend with OBrien and Sons in April 2025?", "$7"),
            ("Spend with 7-Eleven in April 2025", "$5"), ("Spend with 7 Eleven in April 2025", "$5"),
            ("Revenue in South in April 2025", "$500"),
        ]
    )
    func signs(question: String, figure: String) async throws {
        let (fixture, conversation) = try await conversation()
        let answer = try await conversation.ask(question)
        let lead = answer.text.prefix { $0 != "\n" }
        #expect(lead.contains(": " + figure + ".") || lead.contains(": " + figure + ","), "\(answer.text)")
        withExtendedLifetime(fixture) {}
    }

    @Test(
        "A department called like a measure does not take its place",
        arguments: [
            "Why did sales drop in May 2025?", "Sales in May 2025 versus budget", "What if sales grow 10% in May 2025?",
            "Sales and costs in May 2025", "Sales by region in May 2025", "How did sales change in May 2025?",
        ]
    )
    func measure(question: String) async throws {
        let (fixture, conversation) = try await conversation()
        let answer = try await conversation.ask(question)
        #expect(answer.signature.contains("revenue"), "\(answer.signature)")
        #expect(!answer.signature.contains("department"), "\(answer.signature)")
        withExtendedLifetime(fixture) {}
    }

    @Test(
        "The word department, or another measure beside the name, means the department",
        arguments: [
            ("Sales department costs in May 2025", "$260"), ("What did the Sales team spend in May 2025?", "$260"),
            ("What was the spend of Sales in May 2025?", "$260"), ("Sales payroll in May 2025", "$260"),
            ("What did the Marketing department spend in May 2025?", "$160"),
            ("Costs of the department Marketing in May 2025", "$160"),
            ("What did the IT department spend in May 2025?", "$68"),
            ("what did the it department spend in May 2025", "$68"), ("What did IT spend in May 2025?", "$68"),
            ("How much has Marketing spent in May 2025?", "$160"), ("Marketing spend in May 2025", "$65"),
            ("What did we spend on the account Marketing in May 2025?", "$65"),
            ("Marketing account in May 2025", "$65"),
        ]
    )
    func kinds(question: String, figure: String) async throws {
        let (fixture, conversation) = try await conversation()
        let answer = try await conversation.ask(question)
        #expect(answer.text.contains(": " + figure), "\(answer.signature) \(answer.text)")
        withExtendedLifetime(fixture) {}
    }

    @Test(
        "A word that English uses for itself is a name only where it is written as one",
        arguments: ["How much is it in May 2025?", "Tell us the revenue in May 2025", "What was it in May 2025?"]
    )
    func pronouns(question: String) async throws {
        let (fixture, conversation) = try await conversation()
        let answer = try await conversation.ask(question)
        #expect(!answer.signature.contains("account:50"), "\(answer.signature)")
        #expect(!answer.signature.contains("US"), "\(answer.signature)")
        withExtendedLifetime(fixture) {}
    }

    @Test(
        "A budget that has no departments cannot say which were over it",
        arguments: [
            "Which departments were over budget in May 2025?", "Which departments overspent in May 2025?",
            "How many departments were over budget in May 2025?",
        ]
    )
    func undivided(question: String) async throws {
        let (fixture, conversation) = try await conversation()
        let unplanned = try await conversation.ask(question)
        #expect(unplanned.text.hasPrefix("There is no budget for May 2025"), "\(unplanned.text)")
        try await fixture.load("budget", "month,account_code,section,amount\n2025-05,40,opex,300\n")
        conversation.forget()
        let undivided = try await conversation.ask(question)
        #expect(undivided.text.hasPrefix("For May 2025 the budget is not divided by department"), "\(undivided.text)")
        #expect(!undivided.text.contains("$"), "\(undivided.text)")
        try await fixture.load(
            "budget",
            "month,account_code,section,amount,department\n2025-05,40,opex,90,Marketing\n2025-05,40,opex,300,Sales\n",
            replace: true
        )
        conversation.forget()
        let divided = try await conversation.ask(question)
        #expect(divided.text.contains("Marketing"), "\(divided.text)")
        #expect(!divided.text.contains("Sales"), "\(divided.text)")
        withExtendedLifetime(fixture) {}
    }

    @Test("A breakdown against a budget without that breakdown says so")
    func undividedBreakdown() async throws {
        let (fixture, conversation) = try await conversation()
        try await fixture.load("budget", "month,account_code,section,amount\n2025-05,40,opex,300\n")
        let answer = try await conversation.ask("Costs by department against budget in May 2025")
        #expect(answer.text.contains("The budget is not divided by department."), "\(answer.text)")
        #expect(answer.text.contains("- Sales: $260"), "\(answer.text)")
        withExtendedLifetime(fixture) {}
    }

    @Test("A follow-up may name a department that is called like a measure")
    func followUp() async throws {
        let (fixture, conversation) = try await conversation()
        _ = try await conversation.ask("What did the Marketing department spend in May 2025?")
        let answer = try await conversation.ask("And Sales?")
        #expect(answer.text.contains("$260"), "\(answer.signature) \(answer.text)")
        _ = try await conversation.ask("Revenue in South in April 2025")
        let region = try await conversation.ask("And in South-East?")
        #expect(region.text.contains("$11"), "\(region.signature) \(region.text)")
        withExtendedLifetime(fixture) {}
    }

    @Test("The month in which something was most is named first, over all the months known")
    func month() async throws {
        let (fixture, conversation) = try await conversation()
        let answer = try await conversation.ask("When did we spend the most on freight?")
        #expect(answer.text.hasPrefix("April 2025 has the highest Freight"), "\(answer.text)")
        #expect(answer.text.contains("$112"), "\(answer.text)")
        withExtendedLifetime(fixture) {}
    }

    @Test(
        "A guess at a part of a name takes no rows away",
        arguments: ["Monte Carlo for revenue in May 2025", "Spend on cards and carlo in May 2025"]
    )
    func guesses(question: String) async throws {
        let (fixture, conversation) = try await conversation()
        let answer = try await conversation.ask(question)
        #expect(!answer.signature.contains("vendor"), "\(answer.signature)")
        withExtendedLifetime(fixture) {}
    }
}
