// Heads of responses. Framing belongs to this file alone: a handler's own Content-Length, Transfer-Encoding,
// Connection and Date are dropped. A value can not break out of its line: control characters become spaces.

/// Writes responses as bytes.
struct ResponseEncoder {
    /// What of the request, and of the connection, shapes the answer.
    struct Context {
        var isHead = false
        var isVersion11 = true
        var isKeptAlive = true
    }

    private static let ownFields = ["content-length", "transfer-encoding", "connection", "date", "keep-alive"]

    /// Appends head and body, without the body for HEAD, 204 and 304; an event stream's head only, whose body comes in
    /// chunks where the connection is kept alive.
    static func append(_ response: HTTPResponse, _ context: Context, date: [UInt8], to output: inout [UInt8]) {
        let isBodiless = response.status == 204 || response.status == 304 || (100..<200).contains(response.status)
        write("HTTP/1.1 \(response.status) \(HTTPResponse.phrase(response.status))\r\nDate: ", to: &output)
        output.append(contentsOf: date)
        write("\r\n", to: &output)
        for field in response.headers.fields { append(field, to: &output) }
        var bytes: [UInt8] = []
        switch response.body {
        case .empty: break
        case .bytes(let content): bytes = content
        case .events:
            appendStreamFields(response.headers, to: &output)
        }
        if case .events = response.body {
            if context.isKeptAlive { write("Transfer-Encoding: chunked\r\n", to: &output) }
        } else if !isBodiless {
            write("Content-Length: \(bytes.count)\r\n", to: &output)
        }
        if !context.isKeptAlive {
            write("Connection: close\r\n", to: &output)
        } else if !context.isVersion11 {
            write("Connection: keep-alive\r\n", to: &output)
        }
        write("\r\n", to: &output)
        if !isBodiless, !context.isHead { output.append(contentsOf: bytes) }
    }

    private static func appendStreamFields(_ headers: HTTPHeaders, to output: inout [UInt8]) {
        let fields: HTTPHeaders = [
            "Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no",
        ]
        for field in fields.fields where headers[field.name] == nil { append(field, to: &output) }
    }

    private static func append(_ field: HTTPHeaders.Field, to output: inout [UInt8]) {
        guard !field.name.isEmpty, field.name.utf8.allSatisfy(\.isToken),
            !ownFields.contains(where: { HTTPHeaders.matches($0, field.name) })
        else { return }
        write(field.name, to: &output)
        write(": ", to: &output)
        output.append(contentsOf: field.value.utf8.lazy.map { $0.isFieldContent ? $0 : .space })
        write("\r\n", to: &output)
    }

    private static func write(_ text: String, to output: inout [UInt8]) { output.append(contentsOf: text.utf8) }
}
