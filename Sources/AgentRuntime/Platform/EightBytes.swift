/// Eight bytes of a text that are looked at at once.
struct EightBytes {
    private static let ones: UInt64 = 0x0101_0101_0101_0101

    /// The first byte is the lowest.
    private let word: UInt64

    /// The bytes from an offset on, which must be there.
    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The first four of some bytes beside the last four; there must be at least four.
    @inline(__always)
    init(endsOf bytes: UnsafeRawBufferPointer) {
        let first = UInt64(bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self))
        let last = UInt64(bytes.loadUnaligned(fromByteOffset: bytes.count - 4, as: UInt32.self))
        word = first << 32 | last
    }

    @inline(__always)
    var isASCII: Bool { word & (EightBytes.ones << 7) == 0 }

    /// Whether the first so many are ASCII, 0 to 8.
    @inline(__always)
    func isASCII(first count: Int) -> Bool {
        // A shift by all 64 bits leaves 0.
        let others = ~UInt64(0) << (8 * count)
        return word & (EightBytes.ones << 7) & ~others == 0
    }

    /// How many come before the first control character, quote or backslash; eight where there is none.
    @inline(__always)
    var countBeforeEnd: Int {
        // Where there is none, all 64 bits are 0.
        stringEnds.trailingZeroBitCount / 8
    }

    /// Whether one of them may be written in a JSON string with an escape only; now and then true without one.
    ///
    /// 0xE2 begins U+2028 and U+2029.
    @inline(__always)
    var mayNeedEscape: Bool { stringEnds | equal(to: 0xE2) != 0 }

    /// Marks control characters, quotes and backslashes; the lowest mark is one's.
    @inline(__always)
    private var stringEnds: UInt64 { below(0x20) | equal(to: 0x22) | equal(to: 0x5C) }

    /// The highest bit of each byte that is below a limit, and now and then of one above such a byte.
    ///
    /// A byte that is smaller than another borrows from its highest bit ("Hacker's Delight", 6-1).
    @inline(__always)
    private func below(_ limit: UInt64) -> UInt64 {
        (word &- EightBytes.ones &* limit) & ~word & (EightBytes.ones << 7)
    }

    @inline(__always)
    private func equal(to byte: UInt64) -> UInt64 {
        let difference = word ^ EightBytes.ones &* byte
        return (difference &- EightBytes.ones) & ~difference & (EightBytes.ones << 7)
    }
}
