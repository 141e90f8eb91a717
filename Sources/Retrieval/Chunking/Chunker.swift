/// Cuts a document into passages: by heading first, then by size between paragraphs and sentences.
///
/// Every passage lies under one heading path and is one range of bytes of the file; passages do not overlap, and all
/// prose, code and tables are in one. A section up to `bytesMax` is one passage; a longer one is cut into pieces of
/// about equal size, between paragraphs, else between sentences, else between words. Code and tables stay whole up to
/// `solidBytesMax`, then they are cut between lines.
package struct Chunker: Sendable {
    /// The size that a passage of prose does not exceed.
    package var bytesMax = 1200
    /// What remains smaller than this joins the passage before it.
    package var bytesMin = 200
    package var solidBytesMax = 4800

    package init() {}

    /// The document's passages in order; a document without text gives one empty passage, so that its title is found.
    package func passages(of document: Document) -> [Passage] {
        let file = document.file
        var passages: [Passage] = []
        var path: [(level: Int, text: String)] = []
        var section: [Range<Int>] = []
        func close() {
            for range in pack(section, file) {
                let text = String(decoding: file[range], as: UTF8.self)
                passages.append(Passage(headingPath: path.map(\.text), range: range, text: text))
            }
            section = []
        }
        for block in MarkdownBlockReader.blocks(of: file, from: document.bodyStart) {
            switch block.kind {
            case .heading(let level, let text):
                close()
                while let last = path.last, last.level >= level { path.removeLast() }
                if !text.isEmpty { path.append((level, text)) }
            case .prose:
                section += pieces(of: block.range, file, isSolid: false)
            case .solid:
                section += pieces(of: block.range, file, isSolid: true)
            }
        }
        close()
        if passages.isEmpty {
            let end = min(document.bodyStart, file.count)
            passages = [Passage(headingPath: path.map(\.text), range: end..<end, text: "")]
        }
        return passages
    }

    /// Joins the neighbouring pieces of a section into passages of about equal size.
    private func pack(_ pieces: [Range<Int>], _ file: [UInt8]) -> [Range<Int>] {
        guard let first = pieces.first, let last = pieces.last else { return [] }
        let total = last.upperBound - first.lowerBound
        guard total > bytesMax else { return [first.lowerBound..<last.upperBound] }
        let target = total / ((total + bytesMax - 1) / bytesMax)
        var packed: [Range<Int>] = []
        var current = first
        for piece in pieces.dropFirst() {
            if piece.upperBound - current.lowerBound > bytesMax || current.count >= target {
                packed.append(current)
                current = piece
            } else {
                current = current.lowerBound..<piece.upperBound
            }
        }
        if current.count < bytesMin, let before = packed.last,
            current.upperBound - before.lowerBound <= bytesMax + bytesMin
        {
            packed[packed.count - 1] = before.lowerBound..<current.upperBound
        } else {
            packed.append(current)
        }
        return packed
    }

    /// A block as it is when it is small enough, else cut where a reader would pause.
    private func pieces(of range: Range<Int>, _ file: [UInt8], isSolid: Bool) -> [Range<Int>] {
        guard range.count > (isSolid ? solidBytesMax : bytesMax) else { return [range] }
        var pieces: [Range<Int>] = []
        var start = range.lowerBound
        var pause: Int?
        var index = start
        while index < range.upperBound {
            let isPause = isSolid ? file[index] == UInt8(ascii: "\n") : endsSentence(file, index, range)
            index += 1
            if isPause {
                // Sentences are joined up to half a passage: `pack` fills the rest.
                if index - start >= bytesMax / 4 || isSolid {
                    pieces.append(start..<index)
                    start = index
                    pause = nil
                    continue
                }
                pause = index
            }
            if index - start >= bytesMax {
                let cut = pause ?? wordEnd(file, start..<index)
                pieces.append(start..<cut)
                start = cut
                pause = nil
            }
        }
        if start < range.upperBound { pieces.append(start..<range.upperBound) }
        return pieces.map { trimmed($0, file) }.filter { !$0.isEmpty }
    }

    /// Whether a sentence ends behind this byte: `.`, `!` or `?` before a space, an ideographic stop, or a line's end.
    private func endsSentence(_ file: [UInt8], _ index: Int, _ range: Range<Int>) -> Bool {
        let byte = file[index]
        if byte == UInt8(ascii: "\n") { return true }
        if byte == 0x20 || byte == 0x09 {
            guard index > range.lowerBound else { return false }
            var before = index - 1
            while before > range.lowerBound, ")\"'*_".utf8.contains(file[before]) { before -= 1 }
            return ".!?".utf8.contains(file[before])
        }
        // 。 is E3 80 82; ！ and ？ are EF BC 81 and EF BC 9F.
        guard index - range.lowerBound >= 2 else { return false }
        let bytes = (file[index - 2], file[index - 1], byte)
        return bytes == (0xE3, 0x80, 0x82) || bytes == (0xEF, 0xBC, 0x81) || bytes == (0xEF, 0xBC, 0x9F)
    }

    /// The last place in the range where it can be cut: behind a space, else between two characters of UTF-8.
    private func wordEnd(_ file: [UInt8], _ range: Range<Int>) -> Int {
        let earliest = range.lowerBound + range.count / 2
        if let space = file[earliest..<range.upperBound].lastIndex(where: { $0 == 0x20 || $0 == 0x09 }) {
            return space + 1
        }
        var cut = range.upperBound
        while cut > range.lowerBound + 1, cut < file.count, file[cut] & 0xC0 == 0x80 { cut -= 1 }
        return cut
    }

    /// The range without white space at its ends.
    private func trimmed(_ range: Range<Int>, _ file: [UInt8]) -> Range<Int> {
        var (lower, upper) = (range.lowerBound, range.upperBound)
        while lower < upper, file[lower] <= 0x20 { lower += 1 }
        while upper > lower, file[upper - 1] <= 0x20 { upper -= 1 }
        return lower..<upper
    }
}
