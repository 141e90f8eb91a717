internal import AgentRuntime

/// Tries a model with one small streamed question, and says what is wrong with it.
struct ModelExamination: Sendable {
    private static let patience = Duration.seconds(30)
    private static let shownBytes = 4096

    let settings: ModelSettings
    let transport: any HTTPTransport
    let clock: any Clock<Duration>

    private var subject: String { "model \(settings.name)" }

    func run() async -> Finding {
        let backend = HTTPModel.Backend(settings)
        let dialect = backend.dialect
        var call = HTTPCall("POST", dialect.address(settings.baseURL))
        call.headers = [
            HTTPField("content-type", "application/json"),
            HTTPField("accept", "text/event-stream, application/json"),
        ]
        call.headers += dialect.fields(key: backend.key()).map { HTTPField($0.name, $0.value) }
        let question = Transcript(system: "", entries: [.user("Answer with the word: ready")], tools: [])
        call.body = dialect.body(question, model: settings.model, outputTokensMax: 16)
        let wait = min(settings.timeout, Self.patience)
        call.deadlines = HTTPDeadlines(
            connect: min(.seconds(10), wait),
            firstByte: wait,
            betweenBytes: wait,
            whole: Self.patience * 2
        )
        do throws(HTTPTransportError) {
            let reply = try await transport.send(call)
            guard reply.status == 200 else {
                return refused(reply.status, try await reply.beginningOfBody(Self.shownBytes), at: call.url)
            }
            return try await read(reply, dialect, at: call.url)
        } catch {
            return unreachable(error)
        }
    }

    // MARK: No reply

    private func unreachable(_ error: HTTPTransportError) -> Finding {
        let remedy =
            switch error.kind {
            case .nameNotFound: "Look at the host in models[].base_url, and at the machine's DNS."
            case .refused: "Start the server, or look at the port in models[].base_url."
            case .unreachable: "Look at the network, the firewall and the host in models[].base_url."
            case .tls: "Look whether the server speaks https at that port and has a certificate that holds."
            case .proxy: "Look at https_proxy, http_proxy and no_proxy in the environment."
            case .timeout(.connect): "Look at the firewall and the host in models[].base_url."
            case .timeout: "Look at the server's load, or raise models[].timeout_seconds."
            case .notHTTP: "Look at the port in models[].base_url: something else answers there."
            case .invalidCall: "Look at models[].base_url and at the key's characters."
            default: "Look at the server's own log."
            }
        return .bad(subject, "\(error)", remedy)
    }

    // MARK: A refusal

    private func refused(_ status: Int, _ body: [UInt8], at url: String) -> Finding {
        let document = try? JSONValue(parsing: body)  // Not JSON: it is no model's server that answers.
        let said = message(document)
        let words = said.isEmpty ? "" : " (“\(said)”)"
        switch status {
        case 401, 403:
            let isSet = settings.apiKey != nil
            return .bad(
                subject,
                "the server does not accept the key: status \(status)\(words)",
                isSet ? "Put a key that holds into models[].api_key." : "Set models[].api_key."
            )
        case 404 where document != nil && speaksOfModel(document, said):
            return noModel(words)
        case 400 where speaksOfModel(document, said): return noModel(words)
        case 301, 302, 307, 308, 404, 405:
            return .bad(
                subject,
                "nothing answers at \(HTTPURL(url)?.description ?? "its address"): status \(status)\(words)",
                "Look at the path in models[].base_url; it ends before \(tail) or /v1."
            )
        case 429:
            return .note(
                subject,
                "the server answers, and asks for fewer calls: status 429\(words)",
                "Look at the quota and the balance of the account."
            )
        case 500...:
            return .bad(subject, "the server fails: status \(status)\(words)", "Look at the server's own log.")
        default:
            return .bad(
                subject,
                "the server does not take a small question: status \(status)\(words)",
                "Look whether models[].dialect is what the server speaks."
            )
        }
    }

    private var tail: String { settings.dialect == .messages ? "/v1/messages" : "/chat/completions" }

    private func noModel(_ words: String) -> Finding {
        .bad(
            subject,
            "the server has no model “\(settings.model)”\(words)",
            "Put a name that the server knows into models[].model; most list them at GET /v1/models."
        )
    }

    private func speaksOfModel(_ document: JSONValue?, _ said: String) -> Bool {
        let error = document?["error"]
        let names = [error?["code"]?.string, error?["type"]?.string, error?["param"]?.string].compactMap(\.self)
        if names.contains("model_not_found") || names.contains("model") { return true }
        let text = said.lowercased()
        return text.contains("model") && (said.contains(settings.model) || text.contains("not found"))
    }

    private func message(_ document: JSONValue?) -> String {
        let error = document?["error"] ?? document?["detail"] ?? document
        let text = error?["message"]?.string ?? error?.string ?? ""
        let key = settings.apiKey?.reveal() ?? ""
        // Some servers repeat the key in their refusal.
        let plain =
            key.isEmpty ? text : text.split(separator: key, omittingEmptySubsequences: false).joined(separator: "…")
        return String(plain.prefix(200))
    }

    // MARK: A reply

    private func read(
        _ reply: HTTPReply,
        _ dialect: some Dialect,
        at url: String
    ) async throws(HTTPTransportError) -> Finding {
        let type = reply.mediaType
        guard type != "text/html" else {
            reply.cancel()
            return .bad(
                subject,
                "an HTML page answers at \(HTTPURL(url)?.description ?? "its address"), not a model",
                "Look at models[].base_url: it leads to a web site or a login page."
            )
        }
        var decoder: ReplyDecoder
        do throws(BackendError) { decoder = try ReplyDecoder(dialect, contentType: reply.header("content-type")) } catch
        {
            reply.cancel()
            return .bad(subject, "the reply is of the type \(type.prefix(60)), not JSON", "Look at models[].base_url.")
        }
        var pieces = 0
        do throws(BackendError) {
            while !decoder.isDone, let bytes = try await next(reply) {
                pieces += try decoder.feed(bytes).count
            }
            if !decoder.isDone { pieces += try decoder.end().count }
        } catch {
            reply.cancel()
            let remedy = "Look whether models[].dialect is what the server speaks."
            return switch error.kind {
            case .cut:
                .bad(subject, "the reply breaks off before its end", "Look at the server, and at proxies before it.")
            case .unauthorized: .bad(subject, "the server does not accept the key", "Look at models[].api_key.")
            default: .bad(subject, "the reply cannot be read: \(error.kind.rawValue)", remedy)
            }
        }
        reply.cancel()
        guard type == "text/event-stream" else {
            return .note(
                subject,
                "it answers, and does not stream: answers come whole",
                "Look whether a proxy before it gathers replies, or whether the server can stream."
            )
        }
        return .good(subject, "it answers and streams (\(settings.model), \(settings.dialect.rawValue))")
    }

    /// A transport's fault in the middle of a reply is a reply that breaks off.
    private func next(_ reply: HTTPReply) async throws(BackendError) -> [UInt8]? {
        do throws(HTTPTransportError) { return try await reply.next() } catch {
            throw BackendError(.cut, "\(error)")
        }
    }
}
