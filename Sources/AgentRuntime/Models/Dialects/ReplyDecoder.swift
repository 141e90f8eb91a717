/// Reads a reply from bytes as they come from a socket, however they are cut.
///
/// A server that was asked to stream answers with events or, if it cannot, with one document; the type of the body's
/// content says which.
package struct ReplyDecoder: Sendable {
    private enum Form {
        case events(ServerSentEventParser)
        case document([UInt8])
    }

    private var reader: any ReplyReader
    private var form: Form
    /// What came behind the parts that were given out last; thrown when more is asked for.
    private var failure: BackendError?

    /// Throws `unreadable` for a type that is neither (a page of HTML).
    package init(_ dialect: some Dialect, contentType: String?) throws(BackendError) {
        reader = dialect.reader()
        switch HTTPReply.mediaType(of: contentType ?? "") {
        case "text/event-stream", "": form = .events(ServerSentEventParser(bound: ReplyLimits.eventBytes))
        case "application/json", "text/json": form = .document([])
        case let type: throw BackendError(.unreadable, "the reply is \(type.prefix(64))")
        }
    }

    /// The model has said all and why it stopped; what may still come is of no interest.
    package var isDone: Bool { reader.isDone }

    /// The parts that the bytes complete.
    ///
    /// Parts before a failure are given out first, so that it makes no difference how the bytes were cut.
    package mutating func feed(_ bytes: [UInt8]) throws(BackendError) -> [ReplyPart] {
        guard !isDone else { return [] }
        if let failure { throw failure }
        switch form {
        case .document(var document):
            form = .document([])
            guard document.count + bytes.count <= ReplyLimits.eventBytes else {
                throw BackendError(.unreadable, "the reply is longer than \(ReplyLimits.eventBytes) bytes")
            }
            document += bytes
            form = .document(document)
            return []
        case .events(var parser):
            form = .document([])
            let (parts, failure) = Self.read(bytes, &parser, &reader)
            form = .events(parser)
            self.failure = failure
            if let failure, parts.isEmpty { throw failure }
            return parts
        }
    }

    /// Reads events up to the end of the reply or the first that cannot be read.
    private static func read(
        _ bytes: [UInt8],
        _ parser: inout ServerSentEventParser,
        _ reader: inout some ReplyReader
    ) -> (parts: [ReplyPart], failure: BackendError?) {
        var parts: [ReplyPart] = []
        var failure: BackendError?
        do {
            try bytes.withUnsafeBufferPointer { (bytes) throws(ServerSentEventParser.TooLong) in
                try parser.feed(bytes) { event in
                    guard failure == nil else { return }
                    do throws(BackendError) { try reader.take(event, into: &parts) } catch { failure = error }
                }
            }
        } catch {
            failure = failure ?? BackendError(.unreadable, "an event of the reply is longer than \(error.bound) bytes")
        }
        return (parts, failure)
    }

    /// The body is over.
    ///
    /// Throws `cut` for a stream whose model had not said why it stopped.
    package mutating func end() throws(BackendError) -> [ReplyPart] {
        guard !isDone else { return [] }
        if let failure { throw failure }
        guard case .document(let bytes) = form else { return try reader.end() }
        do {
            let document = try JSONValue(parsing: bytes)
            if let error = document["error"], !error.isNull { throw BackendError(inReply: error) }
            return try reader.take(whole: document)
        } catch let error as BackendError {
            throw error
        } catch {
            throw BackendError(bytes.isEmpty ? .cut : .unreadable, "the reply is not JSON: \(error)")
        }
    }
}

extension ServerSentEventParser.Lent {
    /// The event's data as JSON.
    func document() throws(BackendError) -> JSONValue {
        do {
            return try JSONValue(parsing: data)
        } catch {
            // An event stream is decoded whatever it holds; JSON of its own would have to be UTF-8.
            guard let value = try? JSONValue(parsing: event.data) else {
                throw BackendError(.unreadable, "an event is not JSON: \(error)")
            }
            return value
        }
    }

    /// Whether the event's data is this text.
    func isText(_ text: StaticString) -> Bool {
        data.count == text.utf8CodeUnitCount
            && data.elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: data.count))
    }
}
