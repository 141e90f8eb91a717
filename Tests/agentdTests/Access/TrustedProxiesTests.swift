import AgentRuntime
import Testing

@testable import agentd

@Suite("Trusted proxies")
struct TrustedProxiesTests {
    struct Case: Sendable {
        var peer: String
        var forwarded: [String] = []
        var forwardedFor: [String] = []
        var client: String
    }

    static let cases: [Case] = [
        Case(peer: "203.0.113.9", forwardedFor: ["1.2.3.4"], client: "203.0.113.9"),
        Case(peer: "203.0.113.9", forwarded: ["for=1.2.3.4"], client: "203.0.113.9"),
        Case(peer: "10.0.0.1", client: "10.0.0.1"),
        Case(peer: "10.0.0.1", forwardedFor: ["1.2.3.4"], client: "1.2.3.4"),
        Case(peer: "10.0.0.1", forwardedFor: ["6.6.6.6, 1.2.3.4"], client: "1.2.3.4"),
        Case(peer: "10.0.0.1", forwardedFor: ["6.6.6.6", "1.2.3.4, 10.0.0.2"], client: "1.2.3.4"),
        Case(peer: "10.0.0.1", forwardedFor: ["10.0.0.3, 10.0.0.2"], client: "10.0.0.3"),
        Case(peer: "10.0.0.1", forwardedFor: ["nonsense"], client: "10.0.0.1"),
        Case(peer: "10.0.0.1", forwardedFor: ["6.6.6.6, nonsense, 10.0.0.2"], client: "10.0.0.2"),
        Case(peer: "10.0.0.1", forwardedFor: [""], client: "10.0.0.1"),
        Case(peer: "10.0.0.1", forwardedFor: ["1.2.3.4:5678"], client: "1.2.3.4"),
        Case(peer: "10.0.0.1", forwardedFor: ["2001:db8::1"], client: "2001:db8::1"),
        Case(peer: "fd00::1", forwardedFor: ["2001:db8::1"], client: "2001:db8::1"),
        Case(peer: "10.0.0.1", forwarded: ["for=1.2.3.4;proto=https"], client: "1.2.3.4"),
        Case(peer: "10.0.0.1", forwarded: [#"For="[2001:db8::1]:47011";by=10.0.0.9"#], client: "2001:db8::1"),
        Case(peer: "10.0.0.1", forwarded: [#"for="6.6.6.6, for=7.7.7.7", for=1.2.3.4"#], client: "1.2.3.4"),
        Case(peer: "10.0.0.1", forwarded: ["for=_hidden"], client: "10.0.0.1"),
        Case(peer: "10.0.0.1", forwarded: ["proto=https"], client: "10.0.0.1"),
        Case(peer: "10.0.0.1", forwarded: ["for=1.2.3.4"], forwardedFor: ["1.2.3.4"], client: "1.2.3.4"),
        Case(peer: "10.0.0.1", forwarded: ["for=6.6.6.6"], forwardedFor: ["1.2.3.4"], client: "10.0.0.1"),
    ]

    @Test("The client is the last address that no trusted proxy stands at", arguments: cases)
    func client(_ example: Case) throws {
        let networks = ["10.0.0.0/8", "fd00::/8"].compactMap { IPNetwork($0) }
        let client = TrustedProxies(networks: networks).client(
            peer: try #require(IPAddress(example.peer)),
            forwarded: example.forwarded,
            forwardedFor: example.forwardedFor
        )
        #expect(client.description == example.client)
    }

    @Test("A list of a thousand proxies ends at the bound")
    func manyHops() throws {
        let proxies = TrustedProxies(networks: [try #require(IPNetwork("10.0.0.0/8"))])
        let list = ["6.6.6.6"] + Array(repeating: "10.0.0.1", count: 1000)
        let peer = try #require(IPAddress("10.0.0.1"))
        #expect(proxies.client(peer: peer, forwarded: [], forwardedFor: [list.joined(separator: ",")]) == peer)
    }
}
