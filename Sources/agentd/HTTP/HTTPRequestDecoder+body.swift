internal import AgentRuntime

// Bodies: with a length, or chunked (RFC 9112 §7.1). Chunk extensions and trailers are checked, bounded and dropped.

extension HTTPRequestDecoder {
    /// How much is set aside at once for a body whose length is announced; more only as it comes.
    private static let reservedBytes = 65_536

    /// Begins the body within the limit that the caller has set; gives it when there is none.
    mutating func beginBody() throws(HTTPRefusal) -> [UInt8]? {
        if isChunked {
            phase = .chunkSize
            return nil
        }
        let length = contentLength ?? 0
        guard length <= bodyLimit else { throw tooLarge }
        guard length > 0 else { return endBody() }
        body.reserveCapacity(min(length, Self.reservedBytes))
        remaining = length
        phase = .fixedBody
        return nil
    }

    /// Takes what the bytes have of a body with a length or of a chunk.
    mutating func takeBody(_ bytes: Span<UInt8>, from index: inout Int) -> [UInt8]? {
        let count = min(remaining, bytes.count - index)
        bytes.extracting(index..<(index + count)).withUnsafeBufferPointer { body.append(contentsOf: $0) }
        index += count
        remaining -= count
        guard remaining == 0 else { return nil }
        if phase == .fixedBody { return endBody() }
        phase = .chunkEnd
        return nil
    }

    mutating func takeChunkFraming(_ byte: UInt8) throws(HTTPRefusal) {
        switch phase {
        case .chunkSize: try takeChunkSize(byte)
        case .chunkLineFeed:
            try expectLineFeed(byte)
            phase = remaining > 0 ? .chunkData : .trailerStart
            chunkDigits = 0
        case .chunkEnd:
            guard byte == .carriageReturn else { throw HTTPRefusal(400, "a chunk is longer than it says") }
            phase = .chunkEndLineFeed
        case .chunkEndLineFeed:
            try expectLineFeed(byte)
            phase = .chunkSize
        default: try takeExtension(byte)
        }
    }

    private mutating func takeChunkSize(_ byte: UInt8) throws(HTTPRefusal) {
        if let digit = byte.hexValue {
            chunkDigits += 1
            guard chunkDigits <= limits.chunkSizeDigits else { throw HTTPRefusal(400, "a chunk size is too long") }
            remaining = remaining << 4 | Int(digit)
            guard remaining <= bodyLimit - body.count else { throw tooLarge }
        } else if chunkDigits > 0, byte == .carriageReturn {
            phase = .chunkLineFeed
        } else if chunkDigits > 0, byte == UInt8(ascii: ";") {
            phase = .extensionStart
        } else {
            throw HTTPRefusal(400, "a chunk size is not a hexadecimal number")
        }
    }

    private mutating func takeExtension(_ byte: UInt8) throws(HTTPRefusal) {
        extensionBytes += 1
        guard extensionBytes <= limits.chunkExtensionBytes else { throw malformedExtension }
        switch phase {
        case .extensionStart where byte.isToken: phase = .extensionName
        case .extensionName where byte.isToken, .extensionValue where byte.isToken: break
        case .extensionName where byte == UInt8(ascii: "="): phase = .extensionValueStart
        case .extensionValueStart where byte.isToken: phase = .extensionValue
        case .extensionValueStart where byte == UInt8(ascii: "\""): phase = .extensionQuoted
        case .extensionQuoted where byte == UInt8(ascii: "\""): phase = .extensionQuoteEnd
        case .extensionQuoted where byte == UInt8(ascii: "\\"): phase = .extensionEscape
        case .extensionQuoted where byte.isFieldContent: break
        case .extensionEscape where byte.isFieldContent: phase = .extensionQuoted
        case .extensionName where byte == UInt8(ascii: ";"), .extensionValue where byte == UInt8(ascii: ";"),
            .extensionQuoteEnd where byte == UInt8(ascii: ";"):
            phase = .extensionStart
        case .extensionName where byte == .carriageReturn, .extensionValue where byte == .carriageReturn,
            .extensionQuoteEnd where byte == .carriageReturn:
            phase = .chunkLineFeed
        default: throw malformedExtension
        }
    }

    /// Trailers: the grammar of header fields, dropped.
    mutating func takeTrailer(_ byte: UInt8) throws(HTTPRefusal) -> [UInt8]? {
        trailerBytes += 1
        guard trailerBytes <= limits.trailerBytes else { throw HTTPRefusal(431, "the trailers are too large") }
        switch phase {
        case .trailerStart where byte == .carriageReturn: phase = .bodyLineFeed
        case .trailerStart where byte.isToken: phase = .trailerName
        case .trailerName where byte.isToken: break
        case .trailerName where byte == .colon: phase = .trailerValue
        case .trailerValue where byte == .carriageReturn: phase = .trailerLineFeed
        case .trailerValue where byte.isFieldContent: break
        case .trailerLineFeed:
            try expectLineFeed(byte)
            phase = .trailerStart
        case .bodyLineFeed:
            try expectLineFeed(byte)
            return endBody()
        default: throw HTTPRefusal(400, "a trailer line is malformed")
        }
        return nil
    }

    private mutating func endBody() -> [UInt8] {
        let whole = body
        reset()
        return whole
    }

    private var tooLarge: HTTPRefusal { HTTPRefusal(413, "the body is larger than \(bodyLimit) bytes") }
    private var malformedExtension: HTTPRefusal { HTTPRefusal(400, "a chunk extension is malformed") }
}
