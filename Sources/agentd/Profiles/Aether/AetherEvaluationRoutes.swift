internal import AgentRuntime
internal import Tools

/// Prompt suites: run one and watch it, read kept reports.
struct AetherEvaluationRoutes: Sendable {
    let services: ProfileServices
    let wire: AetherWire

    var routes: [Route] { [start, list, read] }

    private static let report: JSONValue = [
        "type": "object", "required": ["id", "suite", "summary", "cases"],
        "properties": [
            "id": ["type": "string"], "suite": ["type": "string"], "summary": ["type": "object"],
            "cases": ["type": "array", "items": ["type": "object"]],
        ],
    ]

    private var start: Route {
        Route(
            .post,
            "/evaluations",
            summary: "Run a prompt suite; its progress comes as a stream, or the whole report as one body.",
            tags: ["evaluation"],
            access: .permission(.evaluationsRun),
            body: RouteBody([
                "type": "object",
                "required": ["suite"],
                "properties": [
                    "suite": ["type": "string", "minLength": 1, "maxLength": 128],
                    "repeat": ["type": "integer", "minimum": 1, "maximum": 100],
                    "filter": ["type": "string", "maxLength": 256],
                    "fail_fast": ["type": "boolean"],
                ],
                "additionalProperties": false,
            ]),
            responses: [
                RouteResponse(200, "The progress.", contentType: "text/event-stream"),
                RouteResponse(200, "The report.", schema: AetherSchemas.envelope(Self.report)),
            ],
            errors: ["CONFLICT"]
        ) { routed in
            let principal = try routed.principal()
            let name = routed.json["suite"]?.string ?? ""
            let options = EvaluationOptions(
                repetitions: routed.json["repeat"]?.int ?? 1,
                parallel: EventLoopGroup.coreCount,
                failsFast: routed.json["fail_fast"]?.bool ?? false,
                filter: routed.json["filter"]?.string
            )
            let desk = services.evaluations
            guard try await desk.suites().contains(name) else {
                throw AgentError(.notFound, "There is no suite “\(name)”.")
            }
            guard let form = AnswerForm.preferred(routed.request.headers.list("Accept")) else {
                throw AgentError(.notAcceptable, "A report comes as text/event-stream or application/json.")
            }
            guard form == .events else {
                let report = try await desk.run(name, options, by: principal, on: routed.loop) { _, _, _ in }
                return wire.success(report, routed.request)
            }
            return stream(name, options, principal, routed.keeper)
        }
        .keepingStreams()
    }

    /// What happens as it happens; a run that has come to its end is kept for the request's key.
    private func stream(
        _ name: String,
        _ options: EvaluationOptions,
        _ principal: Principal,
        _ keeper: AnswerKeeper?
    ) -> HTTPResponse {
        let desk = services.evaluations
        return .events { stream in
            @Sendable func send(_ event: String, _ data: JSONValue) {
                let bytes = SSEWriter.bytes(event: event, id: nil, data: data.bytes())
                keeper?.add(bytes)
                stream.send(encoded: bytes)
            }
            stream.loop.spawn {
                send("evaluation_start", ["suite": .string(name)])
                do {
                    let report = try await desk.run(name, options, by: principal, on: stream.loop) { item, done, all in
                        let progress: JSONValue = [
                            "case": .string(item.name), "holds": .bool(item.holds), "done": .integer(done),
                            "total": .integer(all),
                            "reasons": .array(item.holds ? [] : item.reasons.prefix(5).map(JSONValue.string)),
                        ]
                        send("case_complete", progress)
                    }
                    let summary: JSONValue = [
                        "evaluation_id": report["id"] ?? .null, "suite": .string(name),
                        "summary": report["summary"] ?? .null,
                    ]
                    send("evaluation_complete", summary)
                    try await keeper?.keep()
                } catch {
                    let shown = AgentError(shown: error)
                    let problem: JSONValue = [
                        "code": .string(shown.code.rawValue), "message": .string(shown.message),
                        "retryable": .bool(shown.isRetryable),
                    ]
                    send("error", problem)
                }
                stream.end()
            }
        }
    }

    private var list: Route {
        Route(
            .get,
            "/evaluations",
            summary: "The suites that can be run, and the tenant's reports that are kept, the newest first.",
            tags: ["evaluation"],
            access: .permission(.evaluationsRun),
            responses: [
                RouteResponse(
                    200,
                    "Suites and reports.",
                    schema: AetherSchemas.envelope([
                        "type": "object", "required": ["suites", "evaluations"],
                        "properties": [
                            "suites": ["type": "array", "items": ["type": "string"]],
                            "evaluations": ["type": "array", "items": ["type": "string"]],
                        ],
                    ])
                )
            ]
        ) { routed in
            let suites = try await services.evaluations.suites().map(JSONValue.string)
            let tenant = try routed.principal().tenant
            let reports = await services.evaluations.reports(of: tenant).map(JSONValue.string)
            return wire.success(["suites": .array(suites), "evaluations": .array(reports)], routed.request)
        }
    }

    private var read: Route {
        Route(
            .get,
            "/evaluations/{evaluation_id}",
            summary: "A kept report.",
            tags: ["evaluation"],
            access: .permission(.evaluationsRun),
            responses: [RouteResponse(200, "The report.", schema: AetherSchemas.envelope(Self.report))]
        ) { routed in
            let tenant = try routed.principal().tenant
            let report = try await services.evaluations.report(routed.parameter("evaluation_id"), of: tenant)
            return wire.success(report, routed.request)
        }
    }
}
