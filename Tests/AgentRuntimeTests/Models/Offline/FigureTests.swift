import Testing

@testable import AgentRuntime

@Suite("Figures point into results")
struct FigureTests {
    private let call = ToolCallID("call_1")
    private let content: JSONValue = [
        "a": ["b": [10, 4, 0]], "x/y": 3, "names": [["name": "n"], ["name": "unassigned"]],
    ]

    private func value(
        _ pointer: String,
        _ derivation: Figure.Derivation = .value,
        magnitude: Bool = false
    )
        -> String?
    {
        let reference = FigureReference(call, pointer)
        let figure = Figure(reference, derivation, format: .number, isMagnitude: magnitude)
        return figure.value(in: [call: content])?.literal
    }

    private func at(_ pointer: String) -> FigureReference { FigureReference(call, pointer) }

    @Test("A pointer leads to its value or to nothing")
    func pointers() {
        #expect(value("/a/b/0") == "10")
        #expect(value("/x~1y") == "3")
        #expect(value("/a/b/9") == nil)
        #expect(value("/a/c") == nil)
        #expect(FigureReference(ToolCallID("other"), "/a").value(in: content) == content["a"])
        #expect(
            Figure(FigureReference(ToolCallID("other"), "/a/b/0"), format: .number).value(in: [call: content]) == nil
        )
    }

    @Test("Derivations are exact")
    func derivations() {
        #expect(value("/a/b/0", .difference(from: at("/a/b/1"))) == "6")
        #expect(value("/a/b/1", .difference(from: at("/a/b/0"))) == "-6")
        #expect(value("/a/b/1", .difference(from: at("/a/b/0")), magnitude: true) == "6")
        #expect(value("/a/b/0", .change(from: at("/a/b/1"))) == "1.5")
        #expect(value("/a/b/1", .ratio(to: at("/a/b/0"))) == "0.4")
        #expect(value("/a/b/0", .sum([at("/a/b/1")])) == "14")
        #expect(value("/a/b/0", .mean([at("/a/b/1")])) == "7")
        #expect(value("/a/b", .count) == "3")
        #expect(value("/names", .countWithout(name: "unassigned")) == "1")
        #expect(value("/a/b/2", .complement) == "1")
    }

    @Test("Nothing is divided by zero")
    func zero() {
        #expect(value("/a/b/0", .change(from: at("/a/b/2"))) == nil)
        #expect(value("/a/b/0", .ratio(to: at("/a/b/2"))) == nil)
    }

    @Test("Segments become text by locale and currency, and figures are traced")
    func wording() throws {
        let settings = TenantSettings(tenant: TenantID("t"), today: try #require(CalendarDate("2026-01-31")))
        var wording = Wording(settings: settings, contents: [call: ["v": 1_234_567, "r": 0]])
        let text = wording.text(of: [
            .text("Revenue, "), .date(try #require(CalendarDate("2026-01-31"))), .text(": "),
            .figure(Figure(at("/v"), format: .money)), .text(" or "),
            .figure(Figure(at("/v"), format: .shortMoney, isSigned: true)), .text(", "), .ordinal(2), .text(". "),
            .figure(Figure(at("/missing"), format: .money)),
        ])
        #expect(text == "Revenue, January 31, 2026: $1,234,567 or +$1.23M, 2. not available")
        #expect(wording.traces.map(\.text) == ["$1,234,567", "+$1.23M", "not available"])
        #expect(wording.note?[0]?["pointer"] == "/v")
    }

    @Test(
        "Pieces are cut at words and lose nothing",
        arguments: ["", "one", "a b c d e f g", "x\n\n- y  z \n w v u t"]
    )
    func pieces(text: String) {
        let pieces = Performance.pieces(of: text)
        #expect(pieces.joined() == text)
    }
}
