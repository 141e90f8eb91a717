import AgentRuntime
import Testing

@Suite("Addresses and networks")
struct IPAddressTests {
    @Test(
        "An address is read and written in its usual form",
        arguments: [
            ("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
            ("::", "::"), ("::1", "::1"), ("2001:DB8::1", "2001:db8::1"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
            ("1::", "1::"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("::ffff:10.0.0.1", "10.0.0.1"),
            ("64:ff9b::1.2.3.4", "64:ff9b::102:304"), ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"),
        ]
    )
    func readAndWritten(text: String, written: String) throws {
        #expect(try #require(IPAddress(text)).description == written)
    }

    @Test(
        "What is no address is refused",
        arguments: [
            "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4 ", "0x7f.1.1.1", ":", ":::", "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "::g", "fe80::1%eth0", "[::1]", "1:2:3:4:5:6:7::8:9", "1:",
            "::1.2.3", "1.2.3.4::",
        ]
    )
    func refused(text: String) { #expect(IPAddress(text) == nil) }

    @Test(
        "A network holds its addresses and no others",
        arguments: [
            ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.0", false), ("192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.2", false), ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "::1", false),
            ("::/0", "::1", true), ("::/0", "1.2.3.4", false), ("fd00::/8", "fdff::1", true),
            ("fd00::/8", "fe00::1", false), ("10.0.0.0/8", "::ffff:10.1.1.1", true),
        ]
    )
    func network(network: String, address: String, isInside: Bool) throws {
        #expect(try #require(IPNetwork(network)).contains(try #require(IPAddress(address))) == isInside)
    }

    @Test(
        "What is no network is refused",
        arguments: ["10.0.0.1/8", "10.0.0.0/33", "::/129", "10.0.0.0/", "/8", "a/8", "10.0.0.0/8/8"]
    )
    func refusedNetwork(text: String) { #expect(IPNetwork(text) == nil) }

    @Test("Addresses of one household count as one")
    func household() throws {
        let first = try #require(IPAddress("2001:db8:1:2::3"))
        let second = try #require(IPAddress("2001:db8:1:2:ffff::1"))
        #expect(first.household == second.household)
        #expect(try #require(IPAddress("10.0.0.1")).household != IPAddress("10.0.0.2")?.household)
    }
}
