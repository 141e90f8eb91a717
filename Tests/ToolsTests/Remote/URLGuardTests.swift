import AgentRuntime
import TestSupport
import Testing

@testable import Tools

@Suite("Where outgoing calls may go")
struct URLGuardTests {
    @Test(
        "Addresses of this machine and its networks are not public",
        arguments: [
            "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.0.1",
            "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.168.1.1", "198.18.0.1", "224.0.0.1",
            "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.1.2.3", "::127.0.0.1", "64:ff9b::7f00:1",
            "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1", "fc00::1", "fd12::1", "fe80::1",
            "fec0::1", "ff02::1", "2001::1", "2001:db8::1", "100::1",
        ]
    )
    func notPublic(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(!URLGuard.isPublic(address))
    }

    @Test(
        "Addresses of the internet are public",
        arguments: [
            "1.1.1.1", "8.8.8.8", "172.32.0.1", "172.15.255.255", "100.128.0.1", "192.167.0.1", "223.255.255.255",
            "2606:4700:4700::1111", "2a00:1450:4001::200e", "64:ff9b::808:808", "2002:808:808::1", "::ffff:8.8.8.8",
        ]
    )
    func isPublic(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(URLGuard.isPublic(address))
    }

    @Test(
        "A URL that leads inside is refused in every way of writing it",
        arguments: [
            "http://127.0.0.1/", "http://127.1/", "http://0x7f000001/", "http://2130706433/", "http://0177.0.0.1/",
            "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://localhost/",
            "http://LOCALHOST:8080/", "http://a.localhost./", "https://10.0.0.1:443/x", "http://0/",
            "http://169.254.169.254/latest/meta-data", "http://user@example.com/", "http://u:p@example.com/",
            "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "//example.com", "example.com",
            "http://", "http://exa mple.com/", "http://example.com:0/", "http://example.com:99999/", "",
        ]
    )
    func refused(text: String) {
        #expect(throws: URLGuard.Refusal.self) { try URLGuard(allowsPrivate: false).url(text) }
    }

    @Test("What is public passes, and what is private when it is allowed")
    func allowed() throws {
        #expect(try URLGuard(allowsPrivate: false).url("https://example.com/hook?a=b").host == "example.com")
        #expect(try URLGuard(allowsPrivate: true).url("http://127.0.0.1:8080/").port == 8080)
        #expect(throws: URLGuard.Refusal.self) { try URLGuard(allowsPrivate: true).url("file:///etc/passwd") }
    }

    @Test("The check goes along with the call, down to the address that a name resolves to")
    func connections() async throws {
        let script = ScriptedServer.answering { _ in (200, "", [1]) }
        try await withScriptedServer(script) { server in
            try await withEventLoop { loop in
                let transport = CurlTransport(loops: [loop], options: CurlTransport.Options(proxy: .none))
                // The hosts file of most machines gives this name a loopback address; elsewhere it has none.
                let call = try URLGuard(allowsPrivate: false).guarded(
                    HTTPCall("GET", "http://ip6-localhost:\(server.port)")
                )
                await #expect(throws: HTTPTransportError.self) { try await transport.send(call) }
                #expect(server.connections == 0)
                let open = try URLGuard(allowsPrivate: true).guarded(HTTPCall("GET", server.url))
                let body = try await transport.send(open).wholeBody()
                #expect(body == [1])
                await transport.shutDown()
            }
        }
    }
}
