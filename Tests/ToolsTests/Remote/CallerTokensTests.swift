import AgentRuntime
import TestSupport
import Testing

@testable import Tools

@Suite("Users' own tokens")
struct CallerTokensTests {
    private static let tenant = TenantID("t")

    private static func asker(_ user: String, _ permissions: PermissionSet = [], at time: Int64 = 0) -> Asker {
        Asker(
            principal: Principal(tenant: tenant, user: UserID(user), permissions: permissions),
            now: Timestamp(milliseconds: time)
        )
    }

    private static func service(
        _ tokens: CallerTokens,
        _ transport: any HTTPTransport = FakeTransport([])
    ) -> RemoteService {
        var service = RemoteService(
            name: "books",
            transport: transport,
            urlGuard: URLGuard(allowsPrivate: false),
            clock: ContinuousClock(),
            key: { "key" }
        )
        service.users = (tokens, "https://books.test:443")
        return service
    }

    @Test("A token is its user's with these rights, until it expires")
    func lookup() {
        let tokens = CallerTokens(of: [Self.tenant])
        tokens.keep("one", of: Self.asker("a").principal, until: Timestamp(milliseconds: 1000))
        tokens.keep("two", of: Self.asker("a", [.chat]).principal, until: Timestamp(milliseconds: 5000))
        #expect(tokens.token(of: Self.asker("a")) == "one")
        #expect(tokens.token(of: Self.asker("a", [.chat])) == "two")
        #expect(tokens.token(of: Self.asker("b")) == nil)
        tokens.keep("three", of: Self.asker("a").principal, until: Timestamp(milliseconds: 2000))
        #expect(tokens.token(of: Self.asker("a", at: 1500)) == "three")
        #expect(tokens.token(of: Self.asker("a", at: 2000)) == nil)
    }

    @Test("Tokens of tenants that need none are not kept, and the one used longest ago makes room")
    func bounds() {
        let tokens = CallerTokens(of: [Self.tenant])
        let other = Principal(tenant: TenantID("other"), user: UserID("a"))
        let end = Timestamp(milliseconds: .max)
        tokens.keep("x", of: other, until: end)
        #expect(tokens.token(of: Asker(principal: other, now: Timestamp(milliseconds: 0))) == nil)
        for number in 0..<CallerTokens.keptMax {
            tokens.keep("\(number)", of: Self.asker("\(number)").principal, until: end)
        }
        #expect(tokens.token(of: Self.asker("0")) == "0")
        tokens.keep("last", of: Self.asker("last").principal, until: end)
        #expect(tokens.token(of: Self.asker("0")) == "0")
        #expect(tokens.token(of: Self.asker("1")) == nil)
        #expect(tokens.token(of: Self.asker("last")) == "last")
    }

    @Test("It is sent to the named server alone, and the key never in its place")
    func origin() throws {
        let tokens = CallerTokens(of: [Self.tenant])
        let service = Self.service(tokens)
        let call = HTTPCall("GET", "https://books.test/figures")
        #expect(throws: AgentError.self) { try service.prepared(call, for: Self.asker("a")) }
        tokens.keep("mine", of: Self.asker("a").principal, until: Timestamp(milliseconds: 1000))
        let sent = try service.prepared(call, for: Self.asker("a")).headers.filter { $0.name == "Authorization" }
        #expect(sent.map(\.value) == ["Bearer mine"])
        for url in ["https://books.test:8443/figures", "http://books.test/figures", "https://evil.test/figures"] {
            #expect(throws: AgentError.self, "\(url)") {
                try service.prepared(HTTPCall("GET", url), for: Self.asker("a"))
            }
        }
        let unasked = try service.prepared(call).headers.filter { $0.name == "Authorization" }
        #expect(unasked.map(\.value) == ["Bearer key"])
    }
}
