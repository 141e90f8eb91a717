import AgentRuntime
import Testing

@testable import Tools

@Suite("Filters of lists")
struct FieldFilterTests {
    @Test(
        "An operator keeps what compares so",
        arguments: [
            ("", "10", ["10"]), ("_ne", "10", ["9.5", "11", "-"]), ("_gt", "10", ["11"]),
            ("_gte", "10.0", ["10", "11"]),
            ("_lt", "10", ["9.5"]), ("_lte", "10", ["9.5", "10"]), ("_in", "11,9.50", ["9.5", "11"]),
            ("_between", "9.5,10", ["9.5", "10"]),
        ]
    )
    func numbers(suffix: String, text: String, kept: [String]) throws {
        let comparison = try #require(FieldOperator(rawValue: suffix))
        let filter = try FieldFilter("amount", comparison, text, kind: .number)
        let found = ["9.5", "10", "11", "-"].filter { filter.accepts(FieldValue($0, .number)) }
        #expect(found == kept)
    }

    @Test("Texts compare without regard to case")
    func texts() throws {
        let equal = try FieldFilter("name", .equals, "OAK", kind: .text)
        #expect(equal.accepts(.text("Oak")))
        let part = try FieldFilter("name", .contains, "aK o", kind: .text)
        #expect(part.accepts(.text("Oak order")))
        #expect(!part.accepts(.text("Pine")))
        #expect(!part.accepts(nil))
    }

    @Test(
        "What cannot be read is refused by its parameter's name",
        arguments: [
            ("_gte", "many", FieldKind.number), ("_between", "1", .number), ("_between", "2,1", .number),
            ("_between", "1,2,3", .number), ("_in", ",", .number), ("_lt", "2025-02-30", .date), ("", "June", .date),
        ]
    )
    func refused(suffix: String, text: String, kind: FieldKind) throws {
        let comparison = try #require(FieldOperator(rawValue: suffix))
        let error = #expect(throws: AgentError.self) {
            _ = try FieldFilter("value", comparison, text, kind: kind)
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.details.map(\.field) == ["value" + suffix])
    }
}
