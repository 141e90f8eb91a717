// Bytes of server-sent events (WHATWG HTML §9.2.5).

/// Writes events and comments of an event stream.
package enum SSEWriter {
    /// A comment line, which clients ignore and proxies see.
    package static let comment: [UInt8] = Array(":\n\n".utf8)

    /// Appends one event; its data is split at line ends, which the reader gets back as line feeds.
    ///
    /// Line ends and NUL cannot be carried by a name or an id; they become spaces there.
    package static func append(event: String?, id: String?, data: some Sequence<UInt8>, to output: inout [UInt8]) {
        if let event { appendField("event: ", event, to: &output) }
        if let id { appendField("id: ", id, to: &output) }
        output.append(contentsOf: dataField)
        // JSON, which most data is, has no line ends.
        let isPlain = data.withContiguousStorageIfAvailable { bytes in
            guard !bytes.contains(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) else { return false }
            output.append(contentsOf: bytes)
            return true
        }
        if isPlain != true { appendLines(data, to: &output) }
        output.append(UInt8(ascii: "\n"))
        output.append(UInt8(ascii: "\n"))
    }

    private static func appendLines(_ data: some Sequence<UInt8>, to output: inout [UInt8]) {
        var endedWithReturn = false
        for byte in data {
            if byte == UInt8(ascii: "\n"), endedWithReturn {
                endedWithReturn = false
                continue
            }
            endedWithReturn = byte == UInt8(ascii: "\r")
            if byte == UInt8(ascii: "\n") || endedWithReturn {
                output.append(UInt8(ascii: "\n"))
                output.append(contentsOf: dataField)
            } else {
                output.append(byte)
            }
        }
    }

    /// The bytes of one event.
    package static func bytes(event: String?, id: String?, data: some Sequence<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        append(event: event, id: id, data: data, to: &output)
        return output
    }

    private static let dataField = Array("data: ".utf8)

    private static func appendField(_ name: String, _ value: String, to output: inout [UInt8]) {
        output.append(contentsOf: name.utf8)
        for byte in value.utf8 {
            let isBreaking = byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") || byte == 0
            output.append(isBreaking ? UInt8(ascii: " ") : byte)
        }
        output.append(UInt8(ascii: "\n"))
    }
}
