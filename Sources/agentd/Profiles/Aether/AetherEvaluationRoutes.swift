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
            return stream(name, options, principal)
        }
    }

    private func stream(_ name: String, _ options: EvaluationOptions, _ principal: Principal) -> HTTPResponse {
        let desk = services.evaluations
        return .events { stream in
            stream.loop.spawn {
                let started: JSONValue = ["suite": .string(name)]
                stream.send(event: "evaluation_start", data: started.bytes())
                do {
                    let report = try await desk.run(name, options, by: principal, on: stream.loop) { item, done, all in
                        let progress: JSONValue = [
                            "case": .string(item.name), "holds": .bool(item.holds), "done": .integer(done),
                            "total": .integer(all),
                            "reasons": .array(item.holds ? [] : item.reasons.prefix(5).map(JSONValue.string)),
                        ]
                        stream.send(event: "case_complete", data: progress.bytes())
                    }
                    let summary: JSONValue = [
                        "evaluation_id": report["id"] ?? .null, "suite": .string(name),
                        "summary": report["summary"] ?? .null,
                    ]
                    stream.send(event: "evaluation_complete", data: summary.bytes())
                } catch {
                    let shown = AgentError(shown: error)
                    let problem: JSONValue = [
                        "code": .string(shown.code.rawValue), "message": .string(shown.message),
                        "retryable": .bool(shown.isRetryable),
                    ]
                    stream.send(event: "error", data: problem.bytes())
                }
                stream.end()
            }
        }
    }

    private var list: Route {
        Route(
            .get,
            "/evaluations",
            summary: "The suites that can be run, and the reports that are kept, the newest first.",
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
            let reports = await services.evaluations.reports().map(JSONValue.string)
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
            let report = try await services.evaluations.report(routed.parameter("evaluation_id"))
            return wire.success(report, routed.request)
        }
    }
}
