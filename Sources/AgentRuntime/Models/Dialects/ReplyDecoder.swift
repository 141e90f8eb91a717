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
        let type = contentType?.split(separator: ";").first?.lowercased().filter { $0 != " " } ?? ""
        switch type {
        case "text/event-stream", "": form = .events(ServerSentEventParser(bound: ReplyLimits.eventBytes))
        case "application/json", "text/json": form = .document([])
        default: throw BackendError(.unreadable, "the reply is \(type.prefix(64))")
        }
    }

    /// The model has said all and why it stopped; what may still come is of no interest.
    package var isDone: Bool { reader.isDone }

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
            var events: [ServerSentEventParser.Event] = []
            do {
                try parser.feed(bytes.span) { events.append($0) }
            } catch {
                failure = BackendError(.unreadable, "an event of the reply is longer than \(error.bound) bytes")
            }
            form = .events(parser)
            return try read(events)
        }
    }

    /// Parts before a failure are given out first, so that it makes no difference how the bytes were cut.
    private mutating func read(_ events: [ServerSentEventParser.Event]) throws(BackendError) -> [ReplyPart] {
        var parts: [ReplyPart] = []
        for event in events where !reader.isDone {
            do {
                parts += try reader.take(event)
            } catch {
                failure = error
                break
            }
        }
        if let failure, parts.isEmpty { throw failure }
        return parts
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

extension ServerSentEventParser.Event {
    /// The event's data as JSON.
    func document() throws(BackendError) -> JSONValue {
        do {
            return try JSONValue(parsing: data)
        } catch {
            throw BackendError(.unreadable, "an event is not JSON: \(error)")
        }
    }
}
