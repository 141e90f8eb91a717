// The streamable HTTP transport: every message is a POST of its own, answered with one JSON object or a short event
// stream that ends in it. Revisions up to 2025-11-25 begin with `initialize` and may hand out a session; the revision
// 2026-07-28 has neither and names itself in each request. Which one a server speaks is found out once.

internal import AgentRuntime
internal import Foundation

/// A server over HTTP.
actor MCPHTTPConnection: MCPConnection {
    private enum State {
        case new
        case session(revision: String, id: String?)
        case stateless
    }

    private let service: RemoteService
    private let url: String
    private var state = State.new
    private var lastID = 0

    init(_ service: RemoteService, url: String) {
        self.service = service
        self.url = url
    }

    func request(_ method: String, _ parameters: JSONObject, name: String?) async throws -> JSONValue {
        if case .new = state { try await begin() }
        do {
            return try await send(method, parameters, name: name)
        } catch let fault as MCPFault where fault.kind == .status(404) {
            // The session is over (2025-11-25, transports): a new one is begun, once.
            guard case .session(_, .some) = state else { throw fault }
            state = .new
            try await begin()
            return try await send(method, parameters, name: name)
        }
    }

    func close() async {
        guard case .session(_, .some) = state else { return }
        let call = HTTPCall("DELETE", url, headers: headers("", name: nil))
        state = .new
        // The server forgets the session by itself, too.
        guard let prepared = try? service.prepared(call) else { return }
        if let reply = try? await service.transport.send(prepared) { reply.cancel() }
    }

    private func begin() async throws {
        do {
            let parameters: JSONObject = [
                "protocolVersion": .string(MCPRevision.session), "capabilities": [:], "clientInfo": MCPRevision.client,
            ]
            state = .session(revision: MCPRevision.session, id: nil)
            let (result, session) = try await exchange("initialize", parameters, name: nil)
            let revision = result["protocolVersion"]?.string ?? ""
            guard MCPRevision.known.contains(revision) else {
                throw MCPFault(.unreadable, "it speaks the revision “\(revision.prefix(40))”, which is not known")
            }
            state = .session(revision: revision, id: session)
            try await notify(MCPMessage.notification("notifications/initialized"))
        } catch let fault as MCPFault {
            state = .new
            switch fault.kind {
            case .status(400), .status(404), .status(405), .refused: break
            default: throw fault
            }
            state = .stateless
            do {
                _ = try await exchange("server/discover", [:], name: nil)
            } catch is MCPFault {
                state = .new
                throw fault
            }
        } catch {
            state = .new
            throw error
        }
    }

    private func send(_ method: String, _ parameters: JSONObject, name: String?) async throws -> JSONValue {
        try await exchange(method, parameters, name: name).result
    }

    private func headers(_ method: String, name: String?) -> [HTTPField] {
        var fields = [
            HTTPField("Accept", "application/json, text/event-stream"), HTTPField("Content-Type", "application/json"),
        ]
        switch state {
        case .new: break
        case .session(let revision, let id):
            if method != "initialize" { fields.append(HTTPField("MCP-Protocol-Version", revision)) }
            if let id { fields.append(HTTPField("Mcp-Session-Id", id)) }
        case .stateless:
            fields.append(HTTPField("MCP-Protocol-Version", MCPRevision.stateless))
            fields.append(HTTPField("Mcp-Method", method))
            if let name { fields.append(HTTPField("Mcp-Name", Self.headerText(name))) }
        }
        return fields
    }

    /// Text that is not ASCII in the form that the revision 2026-07-28 gives it.
    private static func headerText(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ $0 > 0x1F && $0 < 0x7F }) else { return text }
        return "=?base64?\(Data(text.utf8).base64EncodedString())?="
    }

    private func exchange(
        _ method: String,
        _ parameters: JSONObject,
        name: String?
    ) async throws -> (result: JSONValue, session: String?) {
        lastID += 1
        let id = lastID
        var parameters = parameters
        if case .stateless = state {
            parameters["_meta"] = [
                "io.modelcontextprotocol/protocolVersion": .string(MCPRevision.stateless),
                "io.modelcontextprotocol/clientInfo": MCPRevision.client,
                "io.modelcontextprotocol/clientCapabilities": [:],
            ]
        }
        let body = MCPMessage.request(id, method, .object(parameters)).bytes()
        var call = try service.prepared(HTTPCall("POST", url, headers: headers(method, name: name), body: body))
        // A tool that a dead connection may have reached must not be run a second time behind our back.
        call.mayArriveTwice = method != "tools/call"
        call.bounds.bodyBytes = MCPMessage.bytesMax
        do {
            let reply = try await service.transport.send(call)
            do {
                return (try MCPMessage.result(try await read(reply, id)), reply.header("mcp-session-id"))
            } catch {
                reply.cancel()
                throw error
            }
        } catch let error as HTTPTransportError {
            switch error.kind {
            case .cancelled:
                if case .session = state, method != "initialize" { tellCancelled(id) }
                throw CancellationError()
            case .timeout: throw MCPFault(.timeout, "\(error)", mayHaveArrived: error.mayHaveArrived)
            case .forbidden: throw service.failure(error)
            default: throw MCPFault(.unavailable, "\(error)", mayHaveArrived: error.mayHaveArrived)
            }
        }
    }

    /// The reply to the request, from a body of either form.
    private func read(_ reply: HTTPReply, _ id: Int) async throws -> JSONValue {
        guard reply.isSuccess else {
            let body = try await reply.beginningOfBody(MCPMessage.bytesMax)
            // A JSON-RPC error says more than the status.
            if let message = try? JSONValue(parsing: body, limits: MCPMessage.limits), message["error"] != nil,
                reply.status != 404
            {
                return message
            }
            throw MCPFault(.status(reply.status), "it answered with status \(reply.status)")
        }
        guard reply.mediaType == "text/event-stream" else {
            return try parsed(try await reply.wholeBody())
        }
        var parser = ServerSentEventParser(bound: MCPMessage.bytesMax)
        while let bytes = try await reply.next() {
            let events: [ServerSentEventParser.Event]
            do { events = try parser.feed(bytes) } catch { throw MCPFault(.unreadable, "an event that is too long") }
            for event in events where !event.data.isEmpty {
                let message = try parsed(Array(event.data.utf8))
                if message["id"]?.int == id, message["method"] == nil {
                    reply.cancel()
                    return message
                }
                if let answer = MCPMessage.answer(to: message) { try await notify(answer) }
            }
        }
        throw MCPFault(.unreadable, "its stream ended without the reply")
    }

    private func parsed(_ bytes: [UInt8]) throws -> JSONValue {
        do {
            return try JSONValue(parsing: bytes, limits: MCPMessage.limits)
        } catch {
            throw MCPFault(.unreadable, "a reply that is not JSON")
        }
    }

    /// Sends what has no reply.
    private func notify(_ message: JSONValue) async throws {
        let call = HTTPCall("POST", url, headers: headers("", name: nil), body: message.bytes())
        let reply = try await service.transport.send(try service.prepared(call))
        reply.cancel()
    }

    /// Tells the server that nobody waits for a reply any more; the task that asked is cancelled and cannot.
    private func tellCancelled(_ id: Int) {
        let message = MCPMessage.notification("notifications/cancelled", ["requestId": .integer(id)])
        // It is a courtesy: a server that cannot be told works in vain.
        service.later { try? await self.notify(message) }
    }
}
