internal import AgentRuntime

// Request line and fields. What decides the framing (length, coding, host) is checked when its line ends, not when
// the head does, so a wrong line is refused even if nothing follows.

extension HTTPRequestDecoder {
    /// The head is whole when `phase` is `headDone` afterwards.
    mutating func takeHead(_ byte: UInt8) throws(HTTPRefusal) {
        headBytes += 1
        guard headBytes <= limits.headBytes else { throw HTTPRefusal(431, "the head is too large") }
        switch phase {
        case .start: phase = .startLineFeed
        case .startLineFeed:
            emptyLines += 1
            guard byte == .lineFeed, emptyLines <= limits.emptyLines else { throw HTTPRefusal(400, "no request line") }
            phase = .start
        case .method: try takeMethod(byte)
        case .target: try takeTarget(byte)
        case .version: try takeVersion(byte)
        case .versionLineFeed:
            try expectLineFeed(byte)
            try endRequestLine()
            phase = .fieldStart
        case .fieldStart:
            if byte == .carriageReturn {
                phase = .headLineFeed
            } else {
                guard headers.count < limits.headerCount else { throw HTTPRefusal(431, "too many header fields") }
                try takeNameByte(byte)
                phase = .fieldName
            }
        case .fieldName:
            if byte == .colon { phase = .valueStart } else { try takeNameByte(byte) }
        case .valueStart:
            guard byte != .space, byte != .tab else { break }
            phase = .value
            try takeValue(byte)
        case .value: try takeValue(byte)
        case .valueLineFeed:
            try expectLineFeed(byte)
            try endField()
            phase = .fieldStart
        case .headLineFeed:
            try expectLineFeed(byte)
            phase = .headDone
        default: preconditionFailure("not in a head")
        }
    }

    func expectLineFeed(_ byte: UInt8) throws(HTTPRefusal) {
        guard byte == .lineFeed else { throw HTTPRefusal(400, "a carriage return without a line feed") }
    }

    // MARK: The request line

    private mutating func takeMethod(_ byte: UInt8) throws(HTTPRefusal) {
        if byte == .space, !method.isEmpty {
            phase = .target
            return
        }
        guard byte.isToken, method.count < limits.methodBytes else { throw HTTPRefusal(400, "not a request line") }
        method.append(byte)
    }

    private mutating func takeTarget(_ byte: UInt8) throws(HTTPRefusal) {
        if byte == .space, !target.isEmpty {
            phase = .version
            return
        }
        guard RequestTarget.allows(byte) else { throw HTTPRefusal(400, "the request line is malformed") }
        guard target.count < limits.targetBytes else { throw HTTPRefusal(414, "the target is too long") }
        target.append(byte)
    }

    private static let versionPrefix = Array("HTTP/".utf8)

    private mutating func takeVersion(_ byte: UInt8) throws(HTTPRefusal) {
        // `HTTP/` digit `.` digit; a digit that we do not speak is 505, any other form 400.
        let isInPlace =
            switch version.count {
            case 0..<5: byte == Self.versionPrefix[version.count]
            case 5, 7: byte.isDigit
            case 6: byte == UInt8(ascii: ".")
            default: byte == .carriageReturn
            }
        guard isInPlace else { throw HTTPRefusal(400, "the request line has no valid version") }
        if version.count == 8 { phase = .versionLineFeed } else { version.append(byte) }
    }

    private mutating func endRequestLine() throws(HTTPRefusal) {
        guard version[5] == UInt8(ascii: "1"), version[7] <= UInt8(ascii: "1") else {
            throw HTTPRefusal(505, "only HTTP/1.1 and HTTP/1.0 are spoken here")
        }
        isVersion11 = version[7] == UInt8(ascii: "1")
        guard !HTTPMethod(rawValue: String(decoding: method, as: UTF8.self)).isRunTogether else {
            throw HTTPRefusal(501, "the method is not known")
        }
        let first = target.first?.lowered
        guard first == UInt8(ascii: "/") || first == UInt8(ascii: "*") || first == UInt8(ascii: "h") else {
            throw HTTPRefusal(400, "the target must be a path that begins with a slash")
        }
    }

    // MARK: Fields

    mutating func takeNameByte(_ byte: UInt8) throws(HTTPRefusal) {
        guard byte.isToken else { throw HTTPRefusal(400, "a header line is malformed") }
        name.append(byte)
    }

    /// The plain bytes of a value that have come, at once; the next byte is for `takeHead`.
    mutating func takeValueRun(_ bytes: Span<UInt8>, from index: inout Int) {
        let end = min(bytes.count, index + limits.headBytes - headBytes)
        var next = index
        while next < end, bytes[next].isFieldContent { next += 1 }
        bytes.extracting(index..<next).withUnsafeBufferPointer { value.append(contentsOf: $0) }
        headBytes += next - index
        index = next
    }

    private mutating func takeValue(_ byte: UInt8) throws(HTTPRefusal) {
        if byte == .carriageReturn {
            phase = .valueLineFeed
            return
        }
        guard byte.isFieldContent else { throw HTTPRefusal(400, "a control character in a header") }
        value.append(byte)
    }

    private mutating func endField() throws(HTTPRefusal) {
        while let last = value.last, last == .space || last == .tab { value.removeLast() }
        // Bytes that are no UTF-8 are Latin-1, as of old.
        let text =
            String(validating: value, as: UTF8.self)
            ?? String(String.UnicodeScalarView(value.map { Unicode.Scalar($0) }))
        let name = String(decoding: self.name, as: UTF8.self)
        switch name.utf8.count {
        case 4 where HTTPHeaders.matches(name, "host"): try takeHost(text)
        case 6 where HTTPHeaders.matches(name, "expect"): try takeExpectation(text)
        case 14 where HTTPHeaders.matches(name, "content-length"): try takeContentLength()
        case 17 where HTTPHeaders.matches(name, "transfer-encoding"): try takeTransferEncoding(text)
        default: break
        }
        headers.add(name, text)
        self.name.removeAll(keepingCapacity: true)
        value.removeAll(keepingCapacity: true)
    }

    private mutating func takeHost(_ text: String) throws(HTTPRefusal) {
        guard host == nil else { throw HTTPRefusal(400, "two Host fields") }
        guard HostField.isValid(text) else { throw HTTPRefusal(400, "the Host field is not valid") }
        host = text
    }

    private mutating func takeExpectation(_ text: String) throws(HTTPRefusal) {
        // RFC 9110 §10.1.1: from an HTTP/1.0 client it is ignored.
        guard isVersion11 else { return }
        guard HTTPHeaders.matches(text, "100-continue") else { throw HTTPRefusal(417, "unknown expectation") }
        expectsContinue = true
    }

    private mutating func takeContentLength() throws(HTTPRefusal) {
        guard contentLength == nil else { throw HTTPRefusal(400, "two Content-Length fields") }
        guard !isChunked else { throw HTTPRefusal(400, "both Content-Length and Transfer-Encoding") }
        guard !value.isEmpty, value.allSatisfy(\.isDigit), let length = Int(String(decoding: value, as: UTF8.self))
        else { throw HTTPRefusal(400, "the Content-Length is not a number") }
        contentLength = length
    }

    private mutating func takeTransferEncoding(_ text: String) throws(HTTPRefusal) {
        guard !isChunked else { throw HTTPRefusal(400, "two Transfer-Encoding fields") }
        guard contentLength == nil else { throw HTTPRefusal(400, "both Content-Length and Transfer-Encoding") }
        guard isVersion11 else { throw HTTPRefusal(400, "Transfer-Encoding in HTTP/1.0") }
        guard HTTPHeaders.matches(text, "chunked") else {
            throw HTTPRefusal(501, "the only transfer coding understood is chunked")
        }
        isChunked = true
    }

    /// What is known of a request that is refused before its head has ended, so that it can be answered in the shape of
    /// its path: method, fields, and the path as far as it can be read.
    var partialHead: HTTPRequest? {
        let segments = RequestTarget.leadingSegments(target)
        guard !segments.isEmpty else { return nil }
        return HTTPRequest(
            method: HTTPMethod(rawValue: String(decoding: method, as: UTF8.self)),
            segments: segments,
            headers: headers
        )
    }

    /// The request of a whole head.
    func endHead() throws(HTTPRefusal) -> HTTPRequest {
        guard host != nil || !isVersion11 else { throw HTTPRefusal(400, "no Host field") }
        let method = HTTPMethod(rawValue: String(decoding: self.method, as: UTF8.self))
        let parts = try RequestTarget(target, method: method, host: host)
        let closes = headers.has("close", in: "connection")
        return HTTPRequest(
            method: method,
            target: String(decoding: target, as: UTF8.self),
            segments: parts.segments,
            query: parts.query,
            headers: headers,
            isVersion11: isVersion11,
            isKeepAlive: !closes && (isVersion11 || headers.has("keep-alive", in: "connection"))
        )
    }
}
