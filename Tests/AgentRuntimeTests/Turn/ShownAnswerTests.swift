import AgentRuntime
import Testing

@Suite("An answer as it was shown")
struct ShownAnswerTests {
    @Test("Text and cuts give back every event with its number")
    func roundTrip() throws {
        let citation = Citation(source: "ledger", id: "l1", text: "rows", fields: ["rows": 3])
        let events = [
            NumberedEvent(index: 2, event: .text("Über ")),
            NumberedEvent(index: 3, event: .text("alles: 🪑 ")),
            NumberedEvent(index: 4, event: .citation(number: 0, citation)),
            NumberedEvent(index: 5, event: .text("end")),
            NumberedEvent(index: 8, event: .text(" later")),
            NumberedEvent(index: 9, event: .chart(["type": "bar"])),
            NumberedEvent(index: 10, event: .suggestedActions([["label": "more"]])),
        ]
        let shown = ShownAnswer(events: events)
        #expect(shown.content == "Über alles: 🪑 end later")
        let again = try #require(ShownAnswer(content: shown.content, shown: shown.json))
        #expect(again.events == events)
        #expect(again.citations == [citation.json(number: 0)])
    }

    @Test(
        "Cuts that do not fit the text are refused",
        arguments: [
            [["i": 0, "cuts": [1]]], [["i": 0, "cuts": [9]]], [["i": 0, "cuts": [-1, 3]]], [["cuts": [2]]],
            [["i": 0, "event": ["nothing": 1]]],
        ] as [JSONValue]
    )
    func misfits(_ shown: JSONValue) {
        #expect(ShownAnswer(content: "é", shown: shown) == nil)
    }
}
