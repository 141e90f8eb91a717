import AgentRuntime
import Testing

@testable import agentd

@Suite("What errors are called on a wire")
struct ErrorTableTests {
    private let table = ErrorTable([
        .notFound: WireError(404, "NOT_FOUND"), .invalidArgument: WireError(422, "VALIDATION_ERROR"),
    ])

    private let route = Route(.post, "/rate", summary: "") { _ in HTTPResponse(status: 204) }.naming(
        ErrorNaming(.invalidArgument, field: "rating", 400, "INVALID_RATING"),
        ErrorNaming(.notFound, 404, "MESSAGE_NOT_FOUND")
    )

    @Test("A route's own name goes before the profile's")
    func naming() {
        #expect(table.wire(AgentError(.notFound, ""), on: route) == WireError(404, "MESSAGE_NOT_FOUND"))
        #expect(table.wire(AgentError(.notFound, "")) == WireError(404, "NOT_FOUND"))
    }

    @Test(
        "A name for a field counts when that field is wrong",
        arguments: [
            ("rating", WireError(400, "INVALID_RATING")), ("/rating", WireError(400, "INVALID_RATING")),
            ("rating/0", WireError(400, "INVALID_RATING")), ("ratings", WireError(422, "VALIDATION_ERROR")),
            ("comment", WireError(422, "VALIDATION_ERROR")),
        ]
    )
    func field(_ field: String, _ expected: WireError) {
        let error = AgentError(.invalidArgument, "", details: [.init(field: field, message: "")])
        #expect(table.wire(error, on: route) == expected)
    }

    @Test("A code that is in no table is an internal error")
    func unknown() {
        #expect(table[AgentError.Code("never_heard_of")] == WireError(500, "INTERNAL_ERROR"))
        #expect(table.all.contains(WireError(500, "INTERNAL_ERROR")))
    }
}
