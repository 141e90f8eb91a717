import AgentRuntime
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Tools

@Suite("Tools of a service that describes itself with OpenAPI")
struct OpenAPITests {
    static let document = """
        {
          "openapi": "3.0.3",
          "info": {"title": "Shop", "version": "1"},
          "servers": [{"url": "https://{region}.shop.test/v2", "variables": {"region": {"default": "eu"}}}],
          "paths": {
            "/orders/{id}": {
              "parameters": [{"$ref": "#/components/parameters/ID"}],
              "get": {
                "operationId": "getOrder",
                "summary": "One order.",
                "parameters": [
                  {
                    "name": "expand",
                    "in": "query",
                    "schema": {"type": "array", "items": {"type": "string"}}
                  },
                  {"name": "id", "in": "query", "schema": {"type": "string"}},
                  {
                    "name": "filter",
                    "in": "query",
                    "style": "deepObject",
                    "explode": true,
                    "schema": {"type": "object"}
                  },
                  {"name": "X-Trace", "in": "header", "schema": {"type": "string", "nullable": true}},
                  {"name": "theme", "in": "cookie", "schema": {"type": "string"}}
                ]
              }
            },
            "/orders": {
              "get": {"operationId": "listOrders", "parameters": []},
              "post": {
                "operationId": "createOrder",
                "requestBody": {
                  "required": true,
                  "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}
                }
              }
            },
            "/upload": {
              "post": {
                "operationId": "upload",
                "requestBody": {"required": true, "content": {"multipart/form-data": {}}}
              }
            },
            "/outside": {
              "get": {"operationId": "outside", "parameters": [{"$ref": "https://evil.test/parameters.json#/a"}]}
            },
            "/circle": {"get": {"operationId": "circle", "parameters": [{"$ref": "#/components/parameters/Loop"}]}},
            "/session": {
              "get": {"operationId": "session", "parameters": [{"name": "sid", "in": "cookie", "required": true}]}
            }
          },
          "components": {
            "parameters": {
              "ID": {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
              "Loop": {"$ref": "#/components/parameters/Loop"}
            },
            "schemas": {
              "Order": {
                "type": "object",
                "required": ["id", "lines"],
                "properties": {
                  "id": {"type": "string", "readOnly": true},
                  "lines": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}},
                  "parent": {"$ref": "#/components/schemas/Order"}
                }
              },
              "Line": {
                "type": "object",
                "required": ["amount"],
                "properties": {"amount": {"type": "number", "minimum": 0, "exclusiveMinimum": true}}
              }
            }
          }
        }
        """

    private static func parsed() throws -> OpenAPIDocument { try OpenAPIDocument(Array(document.utf8)) }

    private static func service(_ transport: any HTTPTransport, allowsPrivate: Bool = false) -> RemoteService {
        RemoteService(
            name: "shop",
            transport: transport,
            urlGuard: URLGuard(allowsPrivate: allowsPrivate),
            clock: ContinuousClock(),
            key: { "secret" }
        )
    }

    private static func tools(
        _ transport: any HTTPTransport,
        _ allowed: [String: ToolRule],
        base: String? = nil,
        allowsPrivate: Bool = false
    ) async throws -> (tools: [any Tool], faults: [String]) {
        try await OpenAPISource(
            service(transport, allowsPrivate: allowsPrivate),
            document: .bytes(Array(document.utf8)),
            base: base,
            allowed: allowed
        ).load()
    }

    private static let reading = ToolRule(permission: Permission("ai:chat"))
    private static let writing = ToolRule(effect: .write, permission: Permission("orders:write"))

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

    @Test("Arguments go to path, query and headers; what could leave its place is encoded")
    func request() throws {
        let operation = try Self.parsed().operation("getOrder")
        let arguments: JSONObject = [
            "id_path": "../a b/ü?x", "id_query": "q", "expand": ["x", "y&z"], "filter": ["a": 1], "X-Trace": "t",
        ]
        let call = operation.call(arguments, base: "https://eu.shop.test/v2/")
        #expect(
            call.url
                == "https://eu.shop.test/v2/orders/..%2Fa%20b%2F%C3%BC%3Fx?expand=x&expand=y%26z&id=q&filter[a]=1"
        )
        #expect(call.headers.contains(HTTPField("X-Trace", "t")))
        #expect(operation.call(["id_path": ".."], base: "https://a.test").url == "https://a.test/orders/%2E%2E")
        let server = try Self.parsed().server(relativeTo: nil)
        #expect(server?.text == "https://eu.shop.test/v2")
    }

    @Test("Schemas come out as the standard has them, recursive ones finite")
    func schemas() throws {
        let create = try Self.parsed().operation("createOrder").schema
        let schema = try JSONSchema(create, .foreign)
        let good: JSONValue = ["body": ["lines": [["amount": 1]], "parent": ["lines": []]]]
        #expect(schema.violations(in: good).isEmpty)
        #expect(!schema.violations(in: ["body": ["lines": [["amount": 0]]]]).isEmpty)
        #expect(!schema.violations(in: ["body": ["parent": ["lines": []]]]).isEmpty)
        #expect(!schema.violations(in: [:]).isEmpty)
        #expect(create["$defs"]?["Order"]?["properties"]?["id"] == nil)
        #expect(
            try Self.parsed().operation("getOrder").schema["properties"]?["X-Trace"]?["type"] == ["string", "null"]
        )
    }

    @Test("What cannot be called faithfully, and what has an effect without a rule, is no tool and is named")
    func faults() async throws {
        let transport = FakeTransport([])
        var allowed = Dictionary(
            uniqueKeysWithValues: ["upload", "outside", "circle", "session", "getOrders", "createOrder"].map {
                ($0, Self.reading)
            }
        )
        allowed["listOrders"] = Self.reading
        let (tools, faults) = try await Self.tools(transport, allowed)
        #expect(tools.map(\.declaration.name) == ["shop_list_orders"])
        #expect(faults.count == 6)
        #expect(faults.contains { $0.contains("the nearest one is getOrder") })
        #expect(faults.contains { $0.contains("createOrder: say its effect") })
    }

    @Test(
        "What is no OpenAPI document is refused in words",
        arguments: ["", "openapi: 3.0.0", "[]", "{\"openapi\":\"2.0\",\"paths\":{}}", "{\"openapi\":\"3.1.0\"}"]
    )
    func noDocument(text: String) {
        #expect(throws: OpenAPIDocument.Fault.self) { try OpenAPIDocument(Array(text.utf8)) }
    }

    @Test("A read is tried again, told with its source, and carries the key")
    func reads() async throws {
        let context = try Self.context()
        let transport = FakeTransport([
            .failure(.cut), .text("busy", status: 503), .text("{\"total\": 12.50}", cutEvery: 3),
        ])
        let (tools, _) = try await Self.tools(transport, ["getOrder": Self.reading])
        let result = try await tools[0].call(["id_path": "7"], context: context)
        #expect(result.content == ["status": 200, "data": ["total": .double(12.5)]])
        #expect(result.citations.map(\.id) == ["shop.getOrder"])
        #expect(result.citations[0].fields["query"] == "shop_get_order {\"id_path\":\"7\"}")
        #expect(transport.calls.count == 3)
        #expect(transport.calls[2].url == "https://eu.shop.test/v2/orders/7")
        #expect(transport.calls[2].headers.contains(HTTPField("Authorization", "Bearer secret")))
        #expect(transport.calls[2].mayConnect != nil)
    }

    @Test("A write is sent once, with its effect's id; an outcome that is not known is said")
    func writes() async throws {
        let context = try Self.context()
        let transport = FakeTransport([.failure(.cut), .failure(.refused), .text("{}", status: 409)])
        let (tools, _) = try await Self.tools(transport, ["createOrder": Self.writing])
        #expect(tools[0].declaration.effect == .write)
        #expect(tools[0].declaration.permission == Permission("orders:write"))
        let arguments: JSONObject = ["body": ["lines": []]]
        let unknown = try await tools[0].call(arguments, context: context)
        #expect(unknown.content["code"] == "outcome_unknown")
        let down = try await tools[0].call(arguments, context: context)
        #expect(down.content["code"] == "unavailable")
        let refused = try await tools[0].call(arguments, context: context)
        #expect(refused.isError && refused.content["status"] == 409)
        #expect(transport.calls.count == 3)
        for call in transport.calls {
            #expect(!call.mayArriveTwice)
            #expect(call.headers.contains(HTTPField("Idempotency-Key", "eff_1")))
            #expect(call.body == Array("{\"lines\":[]}".utf8))
        }
    }

    @Test("A service at a private address is not called unless that is allowed")
    func privateAddress() async throws {
        let context = try Self.context()
        let script = ScriptedServer.answering { request in
            (200, "content-type: application/json\r\n", Array("{\"path\":\"\(request.target)\"}".utf8))
        }
        try await withScriptedServer(script) { server in
            try await withEventLoop { loop in
                let transport = CurlTransport(loops: [loop], options: CurlTransport.Options(proxy: .none))
                let base = server.url
                let (closed, _) = try await Self.tools(transport, ["listOrders": Self.reading], base: base)
                await #expect(throws: AgentError.self) { try await closed[0].call([:], context: context) }
                #expect(server.connections == 0)
                let (open, _) = try await Self.tools(
                    transport,
                    ["listOrders": Self.reading],
                    base: base,
                    allowsPrivate: true
                )
                let result = try await open[0].call([:], context: context)
                #expect(result.content["data"]?["path"] == "/orders")
                await transport.shutDown()
            }
        }
    }
}
