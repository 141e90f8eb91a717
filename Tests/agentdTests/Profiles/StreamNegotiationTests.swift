import AgentRuntime
import Testing

@testable import agentd

@Suite("How a client asks for an answer, and for the rest of one")
struct StreamNegotiationTests {
    @Test(
        "Events are the answer unless only JSON is acceptable",
        arguments: [
            ([], AnswerForm.events), (["*/*"], .events), (["text/event-stream"], .events), (["text/*"], .events),
            (["application/json"], .json), (["application/*"], .json),
            (["application/json", "text/event-stream"], .events), (["application/json", "*/*;q=0.1"], .events),
            (["text/event-stream;q=0", "application/json"], .json), (["image/png"], nil),
        ] as [([Substring], AnswerForm?)]
    )
    func accept(_ header: [Substring], _ expected: AnswerForm?) {
        #expect(AnswerForm.preferred(header) == expected)
    }

    @Test("An event id names one position of one turn; any other starts from the beginning")
    func positions() {
        let turn = TurnID("msg_1")
        let id = EventPosition(turn: turn, index: 12).id
        #expect(EventPosition.index(after: id, of: turn) == 12)
        #expect(EventPosition.index(after: id, of: TurnID("msg_2")) == nil)
        for bad in ["", "12", "-12", id + "-1", id.replacing("-12", with: "-x"), id.replacing("-12", with: "--12")] {
            #expect(EventPosition.index(after: bad, of: turn) == nil, "\(bad)")
        }
    }

    @Test("Every code of the runtime has a place in the aether table, and unknown ones are internal")
    func codes() {
        #expect(AetherErrors.wire(.notFound) == WireError(404, "NOT_FOUND"))
        #expect(AetherErrors.wire(.rateLimited) == WireError(429, "RATE_LIMITED"))
        #expect(AetherErrors.wire(AgentError.Code("never_heard_of")) == WireError(500, "INTERNAL_ERROR"))
    }
}
