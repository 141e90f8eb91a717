/// The words of a passage in order, by field: what ranking reads in place of the text.
///
/// Stored as little-endian 32-bit numbers: the lengths of the four fields, then the terms.
struct TermSequence: Equatable {
    /// The parts of a passage that a search looks at, in the order of the index's columns.
    enum Field: Int, CaseIterable {
        case title, headings, keywords, body
    }

    private(set) var codes: [UInt32] = []
    /// Where each field ends in `codes`.
    private(set) var ends: [Int] = []

    init(title: [Term], headings: [Term], keywords: [Term], body: [Term]) {
        for terms in [title, headings, keywords, body] {
            for term in terms { codes.append(term.code) }
            ends.append(codes.count)
        }
    }

    /// Reads the stored form; `nil` when it is none.
    init?(_ bytes: UnsafeRawBufferPointer) {
        let width = MemoryLayout<UInt32>.size
        let fields = Field.allCases.count
        guard bytes.count >= fields * width, bytes.count % width == 0 else { return nil }
        var end = 0
        for field in 0..<fields {
            end += Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: field * width, as: UInt32.self)))
            ends.append(end)
        }
        let count = bytes.count / width - fields
        guard end == count else { return nil }
        codes = [UInt32](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in 0..<count {
                let offset = (fields + index) * width
                buffer[index] = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            }
            initialized = count
        }
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity((codes.count + ends.count) * 4)
        var start = 0
        for end in ends {
            append(UInt32(end - start), to: &bytes)
            start = end
        }
        for code in codes { append(code, to: &bytes) }
        return bytes
    }

    private func append(_ number: UInt32, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    var count: Int { codes.count }

    /// The different terms, without stop words.
    var distinct: Set<UInt32> {
        var distinct = Set(codes)
        distinct.remove(Term.stop.code)
        return distinct
    }
}
