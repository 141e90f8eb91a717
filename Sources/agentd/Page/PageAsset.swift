internal import AgentRuntime

/// One file of the page, compiled into the binary: what it is asked for by, what it holds, and its entity tag.
struct PageAsset: Sendable {
    /// What a file of the page can be.
    enum ContentType: String, Sendable {
        case html = "text/html; charset=utf-8"
        case css = "text/css; charset=utf-8"
        case javascript = "text/javascript; charset=utf-8"
        case svg = "image/svg+xml"
    }

    let path: String
    let contentType: ContentType
    let body: [UInt8]
    /// Quoted, from the body's SHA-256: the same file has the same tag in every process.
    let entityTag: String

    init(path: String, contentType: ContentType, text: String) {
        self.path = path
        self.contentType = contentType
        body = Array((text + "\n").utf8)
        let digits = Array("0123456789abcdef".utf8)
        let hash = SHA256.hash(body).prefix(16)
        let name = hash.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        entityTag = "\"" + String(decoding: name, as: UTF8.self) + "\""
    }

    /// Whether an `If-None-Match` (RFC 9110 §13.1.2) names this file as it is: the answer is 304 then.
    func isNamed(by ifNoneMatch: String) -> Bool {
        ifNoneMatch.split(separator: ",").contains { candidate in
            let tag = candidate.drop { $0 == " " || $0 == "\t" }
            return tag == "*" || (tag.hasPrefix("W/") ? tag.dropFirst(2) : tag).hasPrefix(entityTag)
        }
    }
}
