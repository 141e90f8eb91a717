import AgentRuntime
import Foundation
import TestSupport
import Testing

@testable import agentd

@Suite("The doctor")
struct DoctorTests {
    private static func finding(
        _ reply: FakeTransport.Reply,
        dialect: ModelSettings.Dialect = .chatCompletions,
        key: String? = "sk-secret-1"
    ) async -> Finding {
        await ModelExamination(
            settings: ModelSettings(
                name: "big",
                dialect: dialect,
                baseURL: "https://models.test/v1",
                apiKey: key.map { Secret($0) },
                model: "m-1",
                price: nil,
                contextWindow: nil,
                outputTokensMax: nil,
                timeout: .milliseconds(50)
            ),
            transport: FakeTransport([reply]),
            clock: ContinuousClock()
        ).run()
    }

    private static let chunk =
        #"{"choices":[{"index":0,"delta":{"content":"ready"},"finish_reason":null}]}"#
    private static let last = #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#

    @Test("A model that answers and streams is well, wherever the bytes are cut", arguments: [1, 5, 1000])
    func well(cut: Int) async {
        let stream = "data: \(Self.chunk)\n\ndata: \(Self.last)\n\ndata: [DONE]\n\n"
        let finding = await Self.finding(.events(stream, cutEvery: cut))
        #expect(finding.state == .good, "\(finding)")
    }

    @Test("A model that does not stream works, and that is said")
    func whole() async {
        let document = #"{"choices":[{"index":0,"message":{"content":"ready"},"finish_reason":"stop"}]}"#
        let finding = await Self.finding(.text(document))
        #expect(finding.state == .note && finding.words.contains("does not stream"))
    }

    @Test(
        "What is wrong is said in plain words",
        arguments: [
            (FakeTransport.Reply.failure(.nameNotFound), "DNS"), (.failure(.refused), "refused"),
            (.failure(.tls), "secure connection"), (.failure(.notHTTP), "not proper HTTP"),
            (FakeTransport.Reply(beforeHead: [.silence]), "too long"),
            (.text(#"{"error":{"message":"Incorrect API key sk-secret-1"}}"#, status: 401), "the key"),
            (
                .text(#"{"error":{"message":"The model `m-1` does not exist","code":"model_not_found"}}"#, status: 404),
                "no model “m-1”"
            ),
            (.text(#"{"detail":"Not Found"}"#, status: 404), "nothing answers"),
            (.text("<html>", status: 404, type: "text/html"), "nothing answers"),
            (.text("<html>hello", type: "text/html"), "HTML"), (.text("", status: 502, type: "text/html"), "fails"),
            (.text("{}", status: 422), "small question"),
            (.events("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"re\"}}]}\n\n"), "breaks off"),
            (
                FakeTransport.Reply(headers: [HTTPField("content-type", "text/event-stream")], body: [.fail(.cut)]),
                "breaks off"
            ),
        ]
    )
    func wrong(reply: FakeTransport.Reply, words: String) async {
        let finding = await Self.finding(reply)
        #expect(finding.state == .bad)
        #expect(finding.words.contains(words), "\(finding.words)")
        #expect(finding.remedy != nil)
        #expect(!finding.text.contains("sk-secret-1"))
    }

    @Test("The command says what holds and what does not, also as JSON, with its exit status")
    func command() async throws {
        let folder = TemporaryFolder()
        let free = try Socket.listen(host: "127.0.0.1", port: 0)
        let port = free.localPort ?? 0
        free.close()
        let file = folder.file("agentd.json5")
        let text = """
            {model: "big",
             models: [{name: "big", base_url: "http://127.0.0.1:\(port)", model: "m"}],
             auth: {jwks: [{issuer: "i", file: "\(folder.path)/none.json"}]}}
            """
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let sample = CommandTests.Sample()
        #expect(await sample.run("doctor --json --config \(file)") == 1)
        let report = try JSONValue(parsing: Array(sample.printed.utf8))
        #expect(report["ok"] == false)
        let bad = (report["findings"]?.array ?? []).filter { $0["state"] == "bad" }.compactMap { $0["subject"]?.string }
        #expect(bad.contains("model big") && bad.contains("key set of i"))
    }
}
