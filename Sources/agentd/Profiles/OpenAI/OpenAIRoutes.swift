internal import AgentRuntime
internal import Tools

/// Chat completions, and the agents as models.
struct OpenAIRoutes: Sendable {
    let services: ProfileServices

    private var exchange: Exchange { Exchange(services: services) }

    var routes: [Route] { [complete, models, model] }

    private var complete: Route {
        Route(
            .post,
            "/chat/completions",
            summary: "Answer the last message; the model is an agent's name, the messages before are history.",
            tags: ["ai"],
            access: .permission(.chat),
            body: RouteBody(OpenAIRequest.schema),
            responses: [
                RouteResponse(200, "The completion.", schema: OpenAIWire.completionSchema),
                RouteResponse(200, "Its chunks, when `stream` is true.", contentType: "text/event-stream"),
            ],
            errors: ["model_not_found", "idempotency_key_reused"]
        ) { routed in
            let request = try OpenAIRequest(routed.json)
            let principal = try routed.principal()
            let agent = try agent(request.model)
            let (session, accepted) = try await ask(request, agent: agent, principal, routed)
            let wire = OpenAIWire(turn: accepted.turn, tenant: principal.tenant, model: agent.name)
            let now = services.wallClock.now()
            if request.isStream {
                let events = OpenAIEvents(wire, includesUsage: request.includesUsage, now: now)
                return try exchange.stream(accepted.turn, of: session, after: nil, routed) { event, output in
                    events.append(event, to: &output)
                }
            }
            let answer = try await exchange.answer(accepted.turn, of: session, routed)
            if let failure = answer.failure { throw AgentError(turn: failure) }
            return .json(wire.completion(answer, at: now))
        }
        .keepingAnswers(streaming: { $0.json["stream"]?.bool == true })
        .naming(
            ErrorNaming(.notFound, field: "model", 404, "model_not_found"),
            ErrorNaming(.invalidArgument, field: "tool_choice", 400, "unsupported_parameter"),
            ErrorNaming(.invalidArgument, field: "response_format", 400, "unsupported_parameter"),
            ErrorNaming(.invalidArgument, field: "logprobs", 400, "unsupported_parameter"),
            ErrorNaming(.invalidArgument, field: "n", 400, "unsupported_parameter")
        )
    }

    /// Asks a request's question: in a new conversation, or in that of an earlier request with the same
    /// `Idempotency-Key`.
    private func ask(
        _ request: OpenAIRequest,
        agent: AgentCatalogue.Agent,
        _ principal: Principal,
        _ routed: RoutedRequest
    ) async throws -> (session: SessionID, accepted: AcceptedMessage) {
        let fingerprint = SHA256.hex(routed.json.canonicalBytes())
        var id: SessionID?
        if let key = IdempotencyKey.read(routed.request) {
            let known = SessionID("conv_" + SHA256.hex("openai \(principal.user) \(key)").prefix(26))
            id = known
            do {
                let conversation = try await services.conversations.conversation(known, by: principal, on: routed.loop)
                guard conversation.metadata["request"]?.string == fingerprint else {
                    throw AgentError.idempotencyKeyReused
                }
                return (known, try await exchange.send(request.question, to: known, routed))
            } catch let error as AgentError where error.code == .notFound {
                // The first request with this key.
            }
        }
        do {
            let new = NewConversation(
                owner: principal,
                metadata: ["profile": "openai", "agent": .string(agent.name), "request": .string(fingerprint)],
                history: request.history,
                id: id,
                // The next request brings its history along.
                isSingle: true
            )
            return try await exchange.begin(
                new,
                options: ["agent": .string(agent.name)],
                with: request.question,
                routed
            )
        } catch is SessionRetired {
            throw AgentError(.conflict, "The first request with this Idempotency-Key has not begun.", isRetryable: true)
        }
    }

    private var models: Route {
        Route(
            .get,
            "/models",
            summary: "The agents that can be asked.",
            tags: ["models"],
            responses: [RouteResponse(200, "The models.", schema: OpenAIWire.modelsSchema)]
        ) { _ in
            .json(["object": "list", "data": .array(services.agents.agents.map(OpenAIWire.model))])
        }
    }

    private var model: Route {
        Route(
            .get,
            "/models/{model}",
            summary: "One agent.",
            tags: ["models"],
            responses: [RouteResponse(200, "The model.", schema: OpenAIWire.modelSchema)],
            errors: ["model_not_found"]
        ) { routed in
            .json(OpenAIWire.model(try agent(routed.parameter("model"))))
        }
        .naming(ErrorNaming(.notFound, field: "model", 404, "model_not_found"))
    }

    private func agent(_ name: String) throws -> AgentCatalogue.Agent {
        guard let agent = services.agents.agent(named: name) else {
            throw AgentError(
                .notFound,
                "The model does not exist.",
                details: [AgentError.Detail(field: "model", message: "GET /models lists the models that there are")]
            )
        }
        return agent
    }
}
