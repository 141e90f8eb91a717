import AgentRuntime
import TestSupport
import Testing

@testable import agentd

private func route(_ method: HTTPMethod, _ path: String, bodyLimit: Int = HTTPLimits.defaultBodyBytes) -> Route {
    Route(method, path, summary: path, bodyLimit: bodyLimit) { routed in
        let parameters = routed.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return .text(([routed.route.path] + parameters).joined(separator: " "))
    }
}

private let router = Router(
    [
        route(.get, "/"),
        route(.get, "/items"),
        route(.post, "/items", bodyLimit: 5),
        route(.get, "/items/{id}"),
        route(.delete, "/items/{id}"),
        route(.get, "/items/latest"),
        route(.get, "/items/{id}/parts/{part}"),
        route(.get, "/items/latest/parts"),
        route(.post, "/items/{id}/parts"),
    ],
    errorBody: { status, reason, _ in .text(reason, status: status) }
)

private func answer(_ method: HTTPMethod, _ path: String) async throws -> (status: Int, allow: String?, text: String) {
    let target = try RequestTarget(Array(path.utf8), method: method, host: nil)
    let request = HTTPRequest(method: method, target: path, segments: target.segments)
    return try await withEventLoop { loop in
        let response = await router.respond(to: request, on: loop)
        guard case .bytes(let bytes) = response.body else { return (response.status, response.headers["Allow"], "") }
        return (response.status, response.headers["Allow"], String(decoding: bytes, as: UTF8.self))
    }
}

@Suite struct RouterTests {
    @Test(
        "A path finds its route, literals before parameters",
        arguments: [
            ("/", "/"), ("/items", "/items"), ("/items/7", "/items/{id} id=7"), ("/items/latest", "/items/latest"),
            ("/items/a%2Fb", "/items/{id} id=a/b"),
            ("/items/7/parts/x", "/items/{id}/parts/{part} id=7 part=x"),
            // The literal branch has no such leaf, so the parameter is tried.
            ("/items/latest/parts/x", "/items/{id}/parts/{part} id=latest part=x"),
            ("/items/latest/parts", "/items/latest/parts"),
        ]
    )
    func found(path: String, text: String) async throws {
        let answer = try await answer(.get, path)
        #expect(answer.status == 200)
        #expect(answer.text == text)
    }

    @Test("An unknown path is 404", arguments: ["/item", "/items/", "/items/7/x", "//", "/items/7/parts/x/y"])
    func unknown(path: String) async throws {
        #expect(try await answer(.get, path).status == 404)
    }

    @Test("A known path with another method is 405 and says which it has")
    func wrongMethod() async throws {
        let items = try await answer(.put, "/items")
        #expect(items.status == 405)
        #expect(items.allow == "GET, HEAD, OPTIONS, POST")
        let parts = try await answer(.put, "/items/latest/parts")
        #expect(parts.allow == "GET, HEAD, OPTIONS, POST")
    }

    @Test("HEAD is answered where GET is, OPTIONS everywhere")
    func implied() async throws {
        #expect(try await answer(.head, "/items/7").text == "/items/{id} id=7")
        #expect(try await answer(.head, "/items/7/parts").status == 405)
        let options = try await answer(.options, "/items/7")
        #expect(options.status == 204)
        #expect(options.allow == "DELETE, GET, HEAD, OPTIONS")
        #expect(try await answer(.options, "/nothing").status == 404)
        #expect(try await answer(.options, "*").status == 204)
    }

    @Test("The body's limit is known before the body")
    func bodyLimit() {
        let request = { (method: HTTPMethod) in HTTPRequest(method: method, target: "/items", segments: ["items"]) }
        #expect(router.bodyLimit(for: request(.post)) == 5)
        #expect(router.bodyLimit(for: request(.patch)) == HTTPLimits.defaultBodyBytes)
    }
}
