// HTTP/1.1 requests from bytes (RFC 9112), strict: what two parsers could read in two ways is refused. One byte at a
// time outside of bodies and of what is plain in a field, so that a request means the same however it was cut on the
// way, and something wrong is refused at the byte that is wrong. Pure: no clock, no socket.
//
// The caller feeds bytes with `advance` until it answers `needsMore`. A request comes as `head`, whereupon the caller
// may set `bodyLimit`, then `body`. After `refused` the decoder must not be fed again.

internal import AgentRuntime

/// Turns the bytes of one connection into requests.
struct HTTPRequestDecoder {
    enum Step {
        case needsMore
        /// A whole head; its body follows as the next step but `needsMore`.
        case head(HTTPRequest)
        case body([UInt8])
        case refused(HTTPRefusal)
    }

    enum Phase: Hashable {
        case start
        case startLineFeed
        case method
        case target
        case version
        case versionLineFeed
        case fieldStart
        case fieldName
        case valueStart
        case value
        case valueLineFeed
        case headLineFeed
        /// The head was given out; the caller may still set the limit.
        case headDone
        case fixedBody
        case chunkSize
        case extensionStart
        case extensionName
        case extensionValueStart
        case extensionValue
        case extensionQuoted
        case extensionEscape
        case extensionQuoteEnd
        case chunkLineFeed
        case chunkData
        case chunkEnd
        case chunkEndLineFeed
        case trailerStart
        case trailerName
        case trailerValue
        case trailerLineFeed
        case bodyLineFeed
        case failed
    }

    let limits: HTTPLimits
    /// The longest body of the current request; set it when its head has come.
    var bodyLimit: Int
    var phase = Phase.start

    // The head so far.
    var headBytes = 0
    var emptyLines = 0
    var method: [UInt8] = []
    var target: [UInt8] = []
    var version: [UInt8] = []
    var name: [UInt8] = []
    var value: [UInt8] = []
    var headers = HTTPHeaders()
    var isVersion11 = true
    var host: String?
    var contentLength: Int?
    var isChunked = false
    var expectsContinue = false

    // The body so far.
    var body: [UInt8] = []
    /// What is missing of a body with a length, or of the current chunk.
    var remaining = 0
    var chunkDigits = 0
    var extensionBytes = 0
    var trailerBytes = 0

    init(limits: HTTPLimits = HTTPLimits()) {
        self.limits = limits
        bodyLimit = limits.bodyBytes
    }

    /// Whether bytes of a request have come that is not complete.
    var isInsideRequest: Bool { phase != .start || emptyLines > 0 }

    /// Whether the client waits to be told `100 Continue` before it sends the body.
    var awaitsContinue: Bool { phase == .headDone && expectsContinue && (isChunked || (contentLength ?? 0) > 0) }

    /// Takes bytes from `index` on, up to the next step.
    mutating func advance(over bytes: Span<UInt8>, from index: inout Int) -> Step {
        precondition(phase != .failed, "a refused connection is not parsed further")
        do throws(HTTPRefusal) {
            if phase == .headDone, let body = try beginBody() { return .body(body) }
            while index < bytes.count {
                if phase == .fixedBody || phase == .chunkData {
                    if let body = takeBody(bytes, from: &index) { return .body(body) }
                    continue
                }
                if phase == .value { takeValueRun(bytes, from: &index) }
                guard index < bytes.count else { break }
                let byte = bytes[index]
                index += 1
                if phase == .start, byte != .carriageReturn { phase = .method }
                switch phase {
                case .chunkSize, .extensionStart, .extensionName, .extensionValueStart, .extensionValue,
                    .extensionQuoted, .extensionEscape, .extensionQuoteEnd, .chunkLineFeed, .chunkEnd,
                    .chunkEndLineFeed:
                    try takeChunkFraming(byte)
                case .trailerStart, .trailerName, .trailerValue, .trailerLineFeed, .bodyLineFeed:
                    if let body = try takeTrailer(byte) { return .body(body) }
                default:
                    try takeHead(byte)
                    if phase == .headDone { return .head(try endHead()) }
                }
            }
            return .needsMore
        } catch {
            phase = .failed
            return .refused(error)
        }
    }

    /// Forgets the request that is complete; keeps no buffer of it.
    mutating func reset() { self = HTTPRequestDecoder(limits: limits) }
}
