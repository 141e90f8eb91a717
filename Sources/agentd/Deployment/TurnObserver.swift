internal import AgentRuntime

/// Counts and logs what sessions do.
struct TurnObserver: SessionObserver {
    let log: Logger
    let metrics: Metrics

    func turnStarted(_ turn: TurnID, session: SessionID, tenant: TenantID) {
        metrics.add("agentd_turns_running")
    }

    func turnEnded(
        _ turn: TurnID,
        session: SessionID,
        tenant: TenantID,
        summary: TurnSummary,
        failure: TurnFailure?
    ) {
        metrics.add("agentd_turns_running", -1)
        metrics.add("agentd_turns_total", labels: ["status": summary.status.rawValue])
        if summary.isDegraded { metrics.add("agentd_turns_degraded_total") }
        metrics.observe("agentd_turn_seconds", Double(summary.milliseconds) / 1000)
        log.info(
            "turn ended",
            [
                "tenant": .string(tenant.rawValue),
                "conversation": .string(session.rawValue),
                "turn": .string(turn.rawValue),
                "status": .string(summary.status.rawValue),
                "milliseconds": .integer(summary.milliseconds),
                "degraded": .bool(summary.isDegraded),
                "error": .optional(failure?.code),
            ]
        )
    }

    func fault(_ words: String, session: SessionID, tenant: TenantID) {
        log.error(
            "a session met a fault",
            [
                "tenant": .string(tenant.rawValue), "conversation": .string(session.rawValue),
                "error": .string(words),
            ]
        )
    }
}

extension Metrics {
    /// The daemon's series, declared.
    static func daemon() -> Metrics {
        let metrics = Metrics()
        let seconds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120]
        metrics.declare(
            "agentd_http_requests_total",
            .counter,
            help: "Requests answered, by profile and class of status."
        )
        metrics.declare(
            "agentd_http_request_seconds",
            .histogram,
            help: "Time to the head of the answer.",
            buckets: seconds
        )
        metrics.declare("agentd_turns_running", .gauge, help: "Turns that have begun and not ended.")
        metrics.declare("agentd_turns_total", .counter, help: "Turns that have ended, by how.")
        metrics.declare(
            "agentd_turns_degraded_total",
            .counter,
            help: "Turns that another model answered than was meant to, because that one could not be used."
        )
        metrics.declare(
            "agentd_model_calls_total",
            .counter,
            help: "Calls of models over HTTP, by what they came to."
        )
        metrics.declare(
            "agentd_model_fallbacks_total",
            .counter,
            help: "Steps for which a model was passed over, by model."
        )
        metrics.declare(
            "agentd_model_first_token_seconds",
            .histogram,
            help: "Time from a call of a model to the first part of its reply.",
            buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
        )
        metrics.declare(
            "agentd_turn_seconds",
            .histogram,
            help: "Time from a turn's beginning to its end.",
            buckets: seconds
        )
        return metrics
    }
}
