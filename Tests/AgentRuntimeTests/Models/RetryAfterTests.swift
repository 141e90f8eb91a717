import Testing

@testable import AgentRuntime

@Suite("When a server says to come back")
struct RetryAfterTests {
    @Test(
        "Seconds, milliseconds and dates are read; what is none of them, or too far away, is not",
        arguments: [
            ([("Retry-After", "3")], Duration.milliseconds(3000)),
            ([("retry-after", "0.5")], .milliseconds(500)),
            ([("retry-after-ms", "250"), ("retry-after", "9")], .milliseconds(250)),
            (
                [("Retry-After", "Sun, 06 Nov 1994 08:49:57 GMT"), ("Date", "Sun, 06 Nov 1994 08:49:37 GMT")],
                .seconds(20)
            ),
            (
                [("Retry-After", "Sunday, 06-Nov-94 08:49:38 GMT"), ("Date", "Sun Nov  6 08:49:37 1994")],
                .seconds(1)
            ),
            ([("Retry-After", "Sun, 06 Nov 1994 08:49:57 GMT")], nil),
            (
                [("Retry-After", "Sun, 06 Nov 1994 08:49:07 GMT"), ("Date", "Sun, 06 Nov 1994 08:49:37 GMT")],
                nil
            ),
            ([("Retry-After", "-1")], nil),
            ([("Retry-After", "soon"), ("Date", "Sun, 06 Nov 1994 08:49:37 GMT")], nil),
            ([("Retry-After", "1e9")], nil),
            ([], nil),
        ] as [([(String, String)], Duration?)]
    )
    func read(fields: [(String, String)], expected: Duration?) {
        let reply = HTTPReply(
            status: 429,
            headers: fields.map { HTTPField($0.0, $0.1) },
            next: { () async throws(HTTPTransportError) in nil },
            cancel: {},
            finish: {}
        )
        #expect(HTTPModel.retryAfter(reply) == expected)
    }
}
