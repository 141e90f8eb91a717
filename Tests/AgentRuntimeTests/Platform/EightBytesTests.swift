import Testing

@testable import AgentRuntime

@Suite("Eight bytes at once")
struct EightBytesTests {
    private static func word(_ bytes: [UInt8]) -> EightBytes {
        bytes.withUnsafeBytes { EightBytes($0, at: 0) }
    }

    @Test("Each byte at each place is found for what it is", arguments: 0..<8)
    func places(place: Int) {
        for byte in UInt8.min...UInt8.max {
            for other in [UInt8(ascii: "a"), 0x7F, 0x21, 0x23, 0x5B, 0x5D, 0xFF, 0xE1] {
                var bytes = [UInt8](repeating: other, count: 8)
                bytes[place] = byte
                let word = Self.word(bytes)
                let ends = byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
                #expect(word.countBeforeEnd == (ends ? place : 8), "\(byte) between \(other)")
                #expect(!(ends || byte == 0xE2) || word.mayNeedEscape)
                #expect(word.isASCII == (byte < 0x80 && other < 0x80))
                for count in 0...8 {
                    let isASCII = bytes[..<count].allSatisfy { $0 < 0x80 }
                    #expect(word.isASCII(first: count) == isASCII, "\(count) of \(bytes)")
                }
            }
        }
    }

    @Test("The first of several ends a string")
    func several() {
        #expect(Self.word(Array("ab\"c\\d\"e".utf8)).countBeforeEnd == 2)
        #expect(Self.word(Array("abcdef\n\"".utf8)).countBeforeEnd == 6)
        #expect(!Self.word(Array("abcdefgh".utf8)).mayNeedEscape)
    }

    @Test("The ends of four to seven bytes are looked at together", arguments: 4...7)
    func ends(count: Int) {
        for place in 0..<count {
            var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: count)
            #expect(!bytes.withUnsafeBytes { EightBytes(endsOf: $0).mayNeedEscape })
            bytes[place] = UInt8(ascii: "\"")
            #expect(bytes.withUnsafeBytes { EightBytes(endsOf: $0).mayNeedEscape }, "\(place) of \(count)")
        }
    }
}
