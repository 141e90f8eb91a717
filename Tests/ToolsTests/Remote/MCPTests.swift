import AgentRuntime
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Tools

@Suite("Tools of servers of the Model Context Protocol")
struct MCPTests {
    private static let allowed: [String: ToolRule] = [
        "add": ToolRule(effect: .read, permission: Permission("ai:chat")),
        "look": ToolRule(permission: Permission("ai:chat")),
        "fail": ToolRule(effect: .read, permission: Permission("ai:chat")),
        "pay": ToolRule(effect: .outbound, permission: Permission("pay:send")),
        "drop": ToolRule(permission: Permission("ai:chat")),
        "gone": ToolRule(permission: Permission("ai:chat")),
    ]

    private static func context() throws -> ToolContext {
        let today = try #require(CalendarDate(year: 2026, month: 1, day: 31))
        return ToolContext(
            principal: Principal(tenant: TenantID("t"), user: UserID("u")),
            settings: TenantSettings(tenant: TenantID("t"), today: today),
            session: SessionID("s"),
            turn: TurnID("m"),
            call: ToolCallID("c"),
            effectID: "eff_1",
            now: Timestamp(milliseconds: 0)
        )
    }

    private static func service(_ transport: any HTTPTransport) -> RemoteService {
        RemoteService(
            name: "calc",
            transport: transport,
            urlGuard: URLGuard(allowsPrivate: true),
            clock: ContinuousClock(),
            timeout: .seconds(10),
            key: { "secret" }
        )
    }

    /// What a server answers to a request's method.
    private static func answer(_ message: JSONValue) -> JSONValue {
        let tool = message["params"]?["name"]?.string
        let result: JSONValue =
            switch message["method"]?.string {
            case "initialize":
                ["protocolVersion": "2025-06-18", "capabilities": ["tools": [:]], "serverInfo": ["name": "x"]]
            case "server/discover": ["resultType": "complete", "supportedVersions": ["2026-07-28"]]
            case "tools/list":
                message["params"]?["cursor"] == nil
                    ? [
                        "tools": [
                            ["name": "add", "description": "Adds.", "inputSchema": ["type": "object"]],
                            [
                                "name": "look", "inputSchema": ["type": "object"],
                                "annotations": ["readOnlyHint": true],
                            ],
                        ], "nextCursor": "2",
                    ]
                    : [
                        "tools": [
                            ["name": "fail", "inputSchema": ["type": "object"]],
                            ["name": "pay", "inputSchema": ["type": "object"]],
                            ["name": "drop", "inputSchema": ["type": "object"]],
                            ["name": "secret", "inputSchema": ["type": "object"]],
                        ]
                    ]
            case "tools/call" where tool == "fail":
                ["content": [["type": "text", "text": "no luck"]], "isError": true]
            default:
                ["content": [["type": "text", "text": "3"]], "structuredContent": ["sum": 3], "isError": false]
            }
        return ["jsonrpc": "2.0", "id": message["id"] ?? .null, "result": result]
    }

    private static func check(_ source: MCPSource) async throws {
        let (tools, faults) = try await source.load()
        #expect(tools.map(\.declaration.name) == ["calc_add", "calc_fail", "calc_look", "calc_pay"])
        #expect(tools.map(\.declaration.effect) == [.read, .read, .read, .outbound])
        #expect(faults.count == 2)
        let sum = try await tools[0].call(["a": 1, "b": 2], context: context())
        #expect(sum.content == ["data": ["sum": 3], "text": "3"])
        #expect(sum.citations.map(\.id) == ["calc.add"])
        let failed = try await tools[1].call([:], context: context())
        #expect(failed.isError && failed.content["message"] == "no luck")
    }

    @Test("A server with sessions: hello, its session in every request, pages, calls", arguments: [1, 7, 1000])
    func sessions(cut: Int) async throws {
        let transport = FakeTransport { call, _ in
            let message = (try? JSONValue(parsing: call.body ?? [])) ?? .null
            guard message["id"] != nil else { return FakeTransport.Reply(202) }
            let text = Self.answer(message).text
            var reply: FakeTransport.Reply
            if message["method"] == "tools/call" {
                let progress = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{}}"
                reply = .events("data: \(progress)\n\nevent: message\ndata: \(text)\n\n", cutEvery: cut)
            } else {
                reply = .text(text, cutEvery: cut)
            }
            if message["method"] == "initialize" { reply.headers.append(HTTPField("Mcp-Session-Id", "s1")) }
            return reply
        }
        let source = MCPSource(Self.service(transport), url: "http://mcp.test/mcp", allowed: Self.allowed)
        try await Self.check(source)
        let calls = transport.calls
        func header(_ call: HTTPCall, _ name: String) -> String? { call.headers.first { $0.name == name }?.value }
        #expect(header(calls[0], "Mcp-Session-Id") == nil)
        for call in calls.dropFirst() {
            #expect(header(call, "Mcp-Session-Id") == "s1")
            #expect(header(call, "MCP-Protocol-Version") == "2025-06-18")
            #expect(header(call, "Authorization") == "Bearer secret")
        }
        await source.close()
        #expect(transport.calls.last?.method == "DELETE")
    }

    @Test("A server without sessions is found out and asked in its own way")
    func stateless() async throws {
        let transport = FakeTransport { call, _ in
            let message = (try? JSONValue(parsing: call.body ?? [])) ?? .null
            guard call.headers.contains(HTTPField("MCP-Protocol-Version", "2026-07-28")) else {
                let error = "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32601,\"message\":\"no\"}}"
                return .text(error, status: 404)
            }
            guard message["params"]?["_meta"]?["io.modelcontextprotocol/protocolVersion"] == "2026-07-28",
                call.headers.contains(HTTPField("Mcp-Method", message["method"]?.string ?? "")),
                message["method"] != "tools/call"
                    || call.headers.contains(HTTPField("Mcp-Name", message["params"]?["name"]?.string ?? ""))
            else { return .text("{}", status: 400) }
            return .text(Self.answer(message).text)
        }
        try await Self.check(MCPSource(Self.service(transport), url: "http://mcp.test/mcp", allowed: Self.allowed))
    }

    @Test("A session that the server has forgotten is begun anew; a server that fails is told plainly")
    func forgotten() async throws {
        let sessions = Mutex(0)
        let transport = FakeTransport { call, number in
            let message = (try? JSONValue(parsing: call.body ?? [])) ?? .null
            if message["method"] == "initialize" {
                var reply = FakeTransport.Reply.text(Self.answer(message).text)
                let count = sessions.withLock { count in
                    count += 1
                    return count
                }
                reply.headers.append(HTTPField("mcp-session-id", "s\(count)"))
                return reply
            }
            guard message["id"] != nil else { return FakeTransport.Reply(202) }
            if message["method"] == "tools/call", message["params"]?["name"] == "pay" { return .failure(.cut) }
            if message["method"] == "tools/call", call.headers.contains(HTTPField("Mcp-Session-Id", "s1")) {
                return .text("{}", status: 404)
            }
            return .text(Self.answer(message).text)
        }
        let source = MCPSource(Self.service(transport), url: "http://mcp.test/mcp", allowed: Self.allowed)
        let (tools, _) = try await source.load()
        let result1 = try await tools[0].call([:], context: Self.context())
        #expect(result1.isError == false)
        #expect(sessions.withLock { $0 } == 2)
        let paid = try await tools[3].call([:], context: Self.context())
        #expect(paid.content["code"] == "outcome_unknown")
    }

    /// A server over standard input in a few lines of Python; it ends itself when it is told to.
    private static let program = """
        import json, sys
        print("hello, I am no message", flush=True)
        for line in sys.stdin:
            m = json.loads(line)
            if "id" not in m: continue
            method, p = m["method"], m.get("params", {})
            if method == "initialize": r = {"protocolVersion": "2025-11-25", "capabilities": {}}
            elif method == "tools/list": r = {"tools": [{"name": n, "inputSchema": {"type": "object"}} for n in ("add", "exit", "slow")]}
            elif p["name"] == "exit": sys.exit(0)
            elif p["name"] == "slow": continue
            else: r = {"content": [{"type": "text", "text": str(p["arguments"]["a"] + p["arguments"]["b"])}]}
            print(json.dumps({"jsonrpc": "2.0", "id": m["id"], "result": r}), flush=True)
        """

    @Test(
        "A program is started, asked, cancelled, and started again when it has ended",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "there is no python3")
    )
    func programs() async throws {
        try await withEventLoop { loop in
            let rule = ToolRule(effect: .read, permission: Permission("ai:chat"))
            let source = MCPSource(
                Self.service(FakeTransport([])),
                command: ["/usr/bin/python3", "-c", Self.program],
                environment: ["PATH": "/usr/bin:/bin"],
                loop: loop,
                allowed: [
                    "add": rule, "exit": ToolRule(effect: .write, permission: Permission("ai:chat")), "slow": rule,
                ]
            )
            let (tools, faults) = try await source.load()
            #expect(faults == [])
            #expect(tools.map(\.declaration.name) == ["calc_add", "calc_exit", "calc_slow"])
            let context = try Self.context()
            let result2 = try await tools[0].call(["a": 1, "b": 2], context: context)
            #expect(result2.content["text"] == "3")
            let result3 = try await tools[1].call([:], context: context)
            #expect(result3.content["code"] == "outcome_unknown")
            let result4 = try await tools[0].call(["a": 2, "b": 2], context: context)
            #expect(result4.content["text"] == "4")
            let slow = tools[2]
            let task = loop.spawn { () -> Bool in
                do {
                    _ = try await slow.call([:], context: context)
                    return false
                } catch {
                    return error is CancellationError
                }
            }
            task.cancel()
            #expect(await task.value)
            let result5 = try await tools[0].call(["a": 3, "b": 2], context: context)
            #expect(result5.content["text"] == "5")
            await source.close()
        }
    }

    @Test("A program that cannot be started is told plainly")
    func noProgram() async throws {
        try await withEventLoop { loop in
            let source = MCPSource(
                Self.service(FakeTransport([])),
                command: ["/no/such/program"],
                environment: [:],
                loop: loop,
                allowed: [:]
            )
            await #expect(throws: AgentError.self) { try await source.load() }
        }
    }
}
