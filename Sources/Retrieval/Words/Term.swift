/// A word as ranking sees it: 32 bits of the stem's hash, or nothing for a stop word.
///
/// Numbers stand in for stems because a passage keeps all its words in order (`TermSequence`), and ranking reads
/// hundreds of passages per question. Two stems that share a number count as one word: with 50,000 stems that befalls
/// about one.
package struct Term: Sendable, Hashable {
    /// Zero for a stop word; the lowest bit says `isTopical`.
    let code: UInt32

    init(code: UInt32) { self.code = code }

    /// FNV-1a (RFC 9923 §4) over the stem's bytes.
    init(stem: [UInt8]) {
        var hash: UInt32 = 0x811C_9DC5
        for byte in stem { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        let startsWithDigit = stem.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? true
        hash = stem.count >= 3 && !startsWithDigit ? hash | 1 : hash & ~1
        code = hash == 0 ? 2 : hash
    }

    static let stop = Term(code: 0)

    var isStop: Bool { code == 0 }

    /// Whether the word can stand for a subject: of three letters or more, and no number.
    var isTopical: Bool { code & 1 == 1 }
}
