internal import AgentRuntime

// The model of a deployment: the configured chain, and at its end the offline planner, which is there in any case.

extension Deployment {
    /// The chain of the configuration, ending in `offline`; `offline` alone where no model is configured.
    static func model(
        _ configuration: Configuration,
        offline: any LanguageModel,
        prompts: AgentPrompts,
        transport: any HTTPTransport,
        workers: any TaskExecutor,
        log: Logger,
        metrics: Metrics
    ) -> any LanguageModel {
        let clock = ContinuousClock()
        let services = HTTPModel.Services(
            transport: transport,
            prompts: prompts,
            identifiers: TimeOrderedIdentifiers(),
            random: SystemRandom(),
            clock: clock,
            workers: workers,
            report: { ModelReports(log: log, metrics: metrics).take($0) }
        )
        let chain = configuration.modelChain.compactMap { name in configuration.models.first { $0.name == name } }
        guard !chain.isEmpty else { return offline }
        let models = chain.map { settings in
            HTTPModel(HTTPModel.Backend(settings), services: services, breaker: CircuitBreaker(clock: clock))
        }
        return FallbackModel(models, last: offline) { model, error in
            metrics.add("agentd_model_fallbacks_total", labels: ["model": model])
            log.info(
                "a model was passed over",
                ["model": .string(model), "error": .string((error as? AgentError)?.underlying ?? "\(error)")]
            )
        }
    }
}

/// Counts and logs what calls of models come to.
private struct ModelReports {
    let log: Logger
    let metrics: Metrics

    func take(_ report: HTTPModel.Report) {
        let outcome = report.error?.kind.rawValue ?? "answered"
        metrics.add("agentd_model_calls_total", labels: ["model": report.model, "outcome": outcome])
        if let time = report.firstPart {
            metrics.observe("agentd_model_first_token_seconds", time.seconds, labels: ["model": report.model])
        }
        guard let error = report.error else { return }
        log.info(
            "a model failed",
            [
                "model": .string(report.model), "kind": .string(error.kind.rawValue),
                "error": .string(error.words),
            ]
        )
    }
}

extension HTTPModel.Backend {
    init(_ settings: ModelSettings) {
        let key = settings.apiKey
        self.init(
            name: settings.name,
            dialect: settings.dialect.dialect,
            baseURL: settings.baseURL,
            model: settings.model,
            key: { key?.reveal() },
            price: settings.price.map { ModelPrice(input: $0.input, output: $0.output) },
            contextWindow: settings.contextWindow,
            outputTokensMax: settings.outputTokensMax,
            timeout: settings.timeout
        )
    }
}

extension ModelSettings.Dialect {
    /// The wire format itself.
    var dialect: any Dialect {
        switch self {
        case .chatCompletions: ChatCompletionsDialect()
        case .messages: MessagesDialect()
        }
    }
}

extension Duration {
    fileprivate var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
