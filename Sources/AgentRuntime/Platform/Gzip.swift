// Compression for large answers (RFC 1951, RFC 1952), as no system library that is linked already offers it.
// One block with fixed codes and matches found by hashes of three bytes: a third to a tenth of the size of JSON, at
// some tens of megabytes a second. Better ratios would need codes made for each block, for a few percent.

/// Writes gzip.
package enum Gzip {
    private static let windowBytes = 32_768
    private static let matchMin = 3
    private static let matchMax = 258
    /// Earlier places with the same three bytes that are tried for a longer match.
    private static let tries = 8

    /// The bytes as one gzip member.
    package static func compress(_ bytes: [UInt8]) -> [UInt8] {
        // Deflate, no name, no time, unknown system.
        var output: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
        output.reserveCapacity(bytes.count / 3 + 64)
        deflate(bytes, into: &output)
        append(CRC32.checksum(bytes), to: &output)
        append(UInt32(truncatingIfNeeded: bytes.count), to: &output)
        return output
    }

    private static func append(_ value: UInt32, to output: inout [UInt8]) {
        for shift in stride(from: 0, to: 32, by: 8) { output.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    private static func deflate(_ bytes: [UInt8], into output: inout [UInt8]) {
        var writer = BitWriter()
        writer.write(1, bits: 1)  // the last block
        writer.write(1, bits: 2)  // fixed codes
        var heads = [Int32](repeating: -1, count: 1 << 15)
        var links = [Int32](repeating: -1, count: bytes.count)
        var place = 0
        while place < bytes.count {
            let match = longest(at: place, in: bytes, heads, links)
            let length = max(1, match.length)
            if match.length >= matchMin {
                writer.write(match)
            } else {
                writer.write(literal: Int(bytes[place]))
            }
            for index in place..<(place + length) where index + matchMin <= bytes.count {
                let hash = hash(bytes, index)
                links[index] = heads[hash]
                heads[hash] = Int32(index)
            }
            place += length
        }
        writer.write(literal: 256)
        writer.finish()
        output += writer.bytes
    }

    private static func longest(
        at place: Int,
        in bytes: [UInt8],
        _ heads: [Int32],
        _ links: [Int32]
    ) -> Match {
        var best = Match(length: 0, distance: 0)
        guard place + matchMin <= bytes.count else { return best }
        let limit = min(matchMax, bytes.count - place)
        var candidate = Int(heads[hash(bytes, place)])
        for _ in 0..<tries {
            guard candidate >= 0, place - candidate <= windowBytes else { break }
            var length = 0
            while length < limit, bytes[candidate + length] == bytes[place + length] { length += 1 }
            if length > best.length { best = Match(length: length, distance: place - candidate) }
            if length == limit { break }
            candidate = Int(links[candidate])
        }
        return best
    }

    private static func hash(_ bytes: [UInt8], _ index: Int) -> Int {
        let word = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
        return Int((word &* 2_654_435_761) >> 17)
    }

    fileprivate struct Match {
        var length: Int
        var distance: Int
    }
}

/// Bits as deflate orders them: the lowest first, Huffman codes from their highest.
private struct BitWriter {
    private(set) var bytes: [UInt8] = []
    private var pending: UInt64 = 0
    private var count = 0

    private static let lengthBases = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    private static let lengthBits = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let distanceBases = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145, 8193, 12289, 16385, 24577,
    ]

    mutating func write(_ value: Int, bits: Int) {
        pending |= UInt64(value) << UInt64(count)
        count += bits
        while count >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: pending))
            pending >>= 8
            count -= 8
        }
    }

    /// A literal byte, or the end of the block (256), or a length's symbol (RFC 1951 §3.2.6).
    mutating func write(literal symbol: Int) {
        switch symbol {
        case ..<144: write(code: 0x30 + symbol, bits: 8)
        case ..<256: write(code: 0x190 + symbol - 144, bits: 9)
        case ..<280: write(code: symbol - 256, bits: 7)
        default: write(code: 0xC0 + symbol - 280, bits: 8)
        }
    }

    mutating func write(_ match: Gzip.Match) {
        let length = Self.lengthBases.lastIndex { $0 <= match.length } ?? 0
        write(literal: 257 + length)
        write(match.length - Self.lengthBases[length], bits: Self.lengthBits[length])
        let distance = Self.distanceBases.lastIndex { $0 <= match.distance } ?? 0
        write(code: distance, bits: 5)
        write(match.distance - Self.distanceBases[distance], bits: max(0, distance / 2 - 1))
    }

    private mutating func write(code: Int, bits: Int) {
        var reversed = 0
        for bit in 0..<bits where code & (1 << bit) != 0 { reversed |= 1 << (bits - 1 - bit) }
        write(reversed, bits: bits)
    }

    mutating func finish() {
        if count > 0 { bytes.append(UInt8(truncatingIfNeeded: pending)) }
        pending = 0
        count = 0
    }
}

/// The checksum of gzip (RFC 1952 §8).
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? (value >> 1) ^ 0xEDB8_8320 : value >> 1 }
    }

    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ ($0 >> 8) }
    }
}
