import Testing

@testable import AgentRuntime

@Suite("Bytes as text")
struct CodecTests {
    @Test(
        "base64url of RFC 4648 §10",
        arguments: [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE")]
    )
    func base64(text: String, encoded: String) {
        #expect(Base64URL.encode(Array(text.utf8)) == encoded)
        #expect(Base64URL.decode(encoded) == Array(text.utf8))
    }

    @Test("base64url of every byte reads back")
    func allBytes() {
        let bytes = (0...255).map { UInt8($0) }
        for count in 0..<bytes.count {
            #expect(Base64URL.decode(Base64URL.encode(Array(bytes[count...]))) == Array(bytes[count...]))
        }
        #expect(Base64URL.encode([0xfb, 0xff]) == "-_8")
    }

    @Test(
        "base64url refuses padding, other alphabets, lone characters and unused bits",
        arguments: ["Zg==", "+/8", "Z", "Zm9vY", "Zh", "Zm 9v", "Zm9v\n", "é"]
    )
    func strict(text: String) { #expect(Base64URL.decode(text) == nil) }

    @Test("Hexadecimal digits read back in either case")
    func hex() {
        #expect(Hex.encode([0x00, 0xab, 0xff]) == "00abff")
        #expect(Hex.decode("00ABff") == [0x00, 0xab, 0xff])
        #expect(Hex.decode("0") == nil && Hex.decode("0g") == nil && Hex.decode("") == [])
    }
}
