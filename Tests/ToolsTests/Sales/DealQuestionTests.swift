import AgentRuntime
import Testing

@testable import Tools

@Suite("Questions about deals, answered from data")
struct DealQuestionTests {
    private static let header =
        "id,name,account,owner,owner_email,amount,stage,probability,close_date,created_date,last_activity_date,next_step,region"

    private func ask(_ question: String) async throws -> DataConversation.Answer {
        let fixture = try TenantFixture(today: "2025-05-31")
        try await fixture.load(
            "deals",
            """
            \(Self.header)
            k1,Pump A,Foo,Ann Lee,a@x.test,100,Proposal,0.5,2025-07-01,2025-05-01,2025-05-20,Call,North
            k2,Pump B,Foo,Ann Lee,a@x.test,250,Negotiation,0.8,2025-07-05,2025-05-01,2025-05-20,,North
            k3,Pump C,Bar,Bob Ray,b@x.test,70,Proposal,0.2,2025-07-09,2025-05-01,2025-05-20,,South
            k4,Pump D,Bar,Bob Ray,b@x.test,900,Closed Won,1,2025-04-01,2025-01-01,2025-04-01,,South
            k5,Pump E,Foo,Ann Lee,a@x.test,35,Proposal,0.4,2025-05-09,2025-01-01,2025-05-20,,North
            k6,Pump F,Foo,Ann Lee,a@x.test,41,Prospecting,0.4,2025-08-09,2025-01-01,2025-05-20,,South
            k7,Pump G,Bar,Bob Ray,b@x.test,999,Prospecting,0.1,2025-08-09,2025-01-01,2025-02-20,,South
            k8,Pump H,Baz,Ann Lee,a@x.test,300,Closed Won,1,2025-03-01,2025-01-01,2025-03-01,,North
            k9,Pump I,Baz,Ann Lee,a@x.test,60,Closed Lost,0,2025-03-05,2025-01-01,2025-03-01,,North
            k10,Pump J,Baz,Cy Orr,c@x.test,20,Closed Lost,0,2025-03-05,2025-01-01,2025-03-01,,North

            """
        )
        return try await DataConversation(fixture.databases, settings: fixture.settings).ask(question)
    }

    @Test(
        "Every value that a question names is asked for, and every group is the tool's own",
        arguments: [
            ("How many deals are in Proposal and Negotiation?", ["4, worth $455", "Proposal: 3 deals ($205)"]),
            ("Which deals are in Proposal and Negotiation?", ["4, worth $455", "Pump B"]),
            ("Pipeline of Ann and Bob", ["6, worth $1,495", "Bob Ray: $1,069 (2 deals)", "Ann Lee: $426 (4 deals)"]),
            ("Pipeline by owner", ["Bob Ray: $1,069 (2 deals)", "Ann Lee: $426 (4 deals)"]),
            ("Pipeline by region", ["South: $1,110 (3 deals)", "North: $385 (3 deals)"]),
            ("Weighted pipeline by owner", ["Ann Lee: $280.40 weighted", "Bob Ray: $113.90 weighted"]),
            ("Who has the biggest pipeline?", ["The largest amount: Bob Ray, $1,069."]),
            ("Which owner has the most open deals?", ["The most deals: Ann Lee, 4."]),
            ("Which region has the fewest deals?", ["The fewest deals: North, South, 3."]),
            ("Average deal size of won deals", ["Average deal size of won deals: $600."]),
            ("Average won deal size", ["Average deal size of won deals: $600."]),
            ("What is the average size of lost deals?", ["Average deal size of lost deals: $40."]),
            ("Average deal size", ["Average deal size: $249.17."]),
            ("Average deal size by owner", ["Bob Ray: $534.50 on average", "Ann Lee: $106.50 on average"]),
            ("Win rate by owner", ["Win rate: 50%", "Ann Lee: 50% (1 of 2", "Bob Ray: 100% (1 of 1", "Cy Orr: 0%"]),
            ("Which owner has the highest win rate?", ["The highest win rate: Bob Ray, 100%."]),
            ("Win rate by region", ["South: 100% (1 of 1", "North: 33.3% (1 of 3"]),
            ("Weighted pipeline closing in Q3 2025", ["5, worth $1,460", "Weighted by probability: $380.30."]),
            ("What is our weighted pipeline?", ["weighted $394.30"]),
            ("Who owns k1?", ["Ann Lee owns Pump A."]),
            ("When does K-404 close?", ["K-404"]),
            ("What is the next step for deal k1?", ["next step: Call"]),
            ("When does k7 close?", ["Pump G is expected to close on August 9, 2025."]),
            ("Won and lost deals by owner", ["4, worth $1,280"]),
        ]
    )
    func answers(question: String, parts: [String]) async throws {
        let answer = try await ask(question)
        for part in parts { #expect(answer.text.contains(part), "\(question): \(answer.text)") }
        #expect(answer.ungrounded == [], "\(question): \(answer.text)")
        #expect(answer.calls.first?.result.isError == true || !answer.citations.isEmpty)
    }

    @Test("A split comes with its chart", arguments: ["Pipeline by owner", "Deals by region", "Win rate by owner"])
    func charts(question: String) async throws {
        let answer = try await ask(question)
        #expect(answer.charts.first?["type"] == "bar")
    }

    @Test("What the tools cannot tell is not answered with something else")
    func declined() async throws {
        for question in ["Win rate by stage", "Win rate of deals in Proposal"] {
            #expect(try await ask(question).calls.isEmpty)
        }
    }
}
