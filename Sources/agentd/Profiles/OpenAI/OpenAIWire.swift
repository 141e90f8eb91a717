internal import AgentRuntime

/// How the openai profile writes completions and models.
struct OpenAIWire: Sendable {
    /// The name of the completion: one for all its chunks.
    let turn: TurnID
    let tenant: TenantID
    let model: String

    var id: String { "chatcmpl-\(turn)" }

    /// A whole completion.
    func completion(_ answer: Answer, at now: Timestamp) -> JSONValue {
        var annotations = OpenAIAnnotations(tenant: tenant)
        for citation in answer.citations { annotations.add(citation, at: answer.content.unicodeScalars.count) }
        return [
            "id": .string(id),
            "object": "chat.completion",
            "created": .integer(Int((answer.startedAt ?? now).milliseconds / 1000)),
            "model": .string(model),
            "choices": [
                [
                    "index": 0,
                    "message": [
                        "role": "assistant", "content": .string(answer.content), "refusal": nil,
                        "annotations": .array(annotations.all),
                    ],
                    "logprobs": nil,
                    "finish_reason": "stop",
                ]
            ],
            "usage": Self.usage(answer.summary?.usage ?? Usage()),
            "system_fingerprint": nil,
        ]
    }

    /// One chunk of a stream; `usage` stands in each when it was asked for.
    func chunk(
        _ delta: JSONValue?,
        finish: String? = nil,
        usage: JSONValue? = nil,
        created: Timestamp
    ) -> JSONValue {
        var choices: [JSONValue] = []
        if let delta {
            choices = [["index": 0, "delta": delta, "logprobs": nil, "finish_reason": .optional(finish)]]
        }
        var object: JSONObject = [
            "id": .string(id),
            "object": "chat.completion.chunk",
            "created": .integer(Int(created.milliseconds / 1000)),
            "model": .string(model),
            "system_fingerprint": nil,
            "choices": .array(choices),
        ]
        if let usage { object["usage"] = usage }
        return .object(object)
    }

    static func usage(_ usage: Usage) -> JSONValue {
        [
            "prompt_tokens": .integer(usage.inputTokens),
            "completion_tokens": .integer(usage.outputTokens),
            "total_tokens": .integer(usage.inputTokens + usage.outputTokens),
            "prompt_tokens_details": ["cached_tokens": 0, "audio_tokens": 0],
            "completion_tokens_details": [
                "reasoning_tokens": 0, "audio_tokens": 0, "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            ],
        ]
    }

    static func model(_ agent: AgentCatalogue.Agent) -> JSONValue {
        [
            "id": .string(agent.name), "object": "model",
            "created": .integer(Int(agent.changedAt.milliseconds / 1000)), "owned_by": "agentd",
        ]
    }

    private static let usageSchema = WireSchema.object([
        "prompt_tokens": WireSchema.integer, "completion_tokens": WireSchema.integer,
        "total_tokens": WireSchema.integer,
    ])

    static let completionSchema = WireSchema.object([
        "id": WireSchema.string, "object": ["const": "chat.completion"], "created": WireSchema.integer,
        "model": WireSchema.string,
        "choices": WireSchema.list(
            WireSchema.object([
                "index": WireSchema.integer,
                "message": WireSchema.object([
                    "role": ["const": "assistant"], "content": WireSchema.string, "annotations": WireSchema.objects,
                ]),
                "finish_reason": WireSchema.string,
            ])
        ),
        "usage": usageSchema,
    ])

    static let modelSchema = WireSchema.object([
        "id": WireSchema.string, "object": ["const": "model"], "created": WireSchema.integer,
        "owned_by": WireSchema.string,
    ])

    static let modelsSchema = WireSchema.object([
        "object": ["const": "list"], "data": WireSchema.list(modelSchema),
    ])
}

/// The citations of an answer as annotations.
///
/// Clients know `url_citation` alone, so each citation is one, with an address that names the cited thing; the
/// citation itself stands beside it whole.
struct OpenAIAnnotations: Sendable {
    let tenant: TenantID
    private(set) var all: [JSONValue] = []
    /// Where the text begins that the next citations are about, in Unicode scalars as clients count.
    private var start = 0
    private var end = 0

    init(tenant: TenantID) { self.tenant = tenant }

    /// Takes a citation of the text up to `position`.
    mutating func add(_ citation: JSONValue, at position: Int) {
        if position != end {
            start = end
            end = position
        }
        let source = citation["source"]?.string ?? ""
        let id = citation["id"]?.string ?? ""
        let url = source == "article" ? "kb://\(tenant)/articles/\(id)" : "agentd://\(tenant)/\(source)/\(id)"
        all.append([
            "type": "url_citation",
            "url_citation": [
                "start_index": .integer(start), "end_index": .integer(end),
                "title": citation["title"] ?? citation["text"] ?? "", "url": .string(url),
            ],
            "citation": citation,
        ])
    }
}
