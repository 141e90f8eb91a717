/// What drives a turn: given the conversation so far and the tools at hand, a stream of events.
///
/// Chat models over HTTP, the offline planner, a recording and a fallback chain all are language models.
package protocol LanguageModel: Sendable {
    /// The name that records and metrics carry.
    var name: String { get }

    /// Whether the same request always gives the same events, so that an answer cut short by a crash can be continued.
    var repeatsItself: Bool { get }

    /// Begins one step of a turn.
    ///
    /// Throws `AgentError`; a cancelled task ends the stream with `CancellationError`.
    func respond(to request: ModelRequest) async throws -> ModelStream
}

/// A pull of event batches: `next` returns what has arrived since, and `nil` after the last batch.
///
/// Batches, because one network read carries many tokens and a suspension for each would cost more than the token.
/// The last event of a stream that ended well is `finished`; a stream that ends without it was cut.
package struct ModelStream: Sendable {
    package let next: @Sendable () async throws -> [ModelEvent]?

    package init(next: @escaping @Sendable () async throws -> [ModelEvent]?) { self.next = next }
}

/// One thing a model says.
package enum ModelEvent: Sendable, Hashable {
    /// Who answers this step and what it was given; before anything else of its stream, where it is not simply the
    /// model that was asked.
    ///
    /// Recorded, not shown.
    case answering(StepOrigin)
    /// A piece of the answer's text; the pieces of a turn concatenate to its content.
    case text(String)
    /// A request to run a tool; all requests of a step run side by side after its stream has ended.
    case toolCall(ToolCall)
    /// What the text so far rests on.
    case citation(Citation)
    /// A chart beside the text: `{type, title, data, config}`.
    case chart(JSONValue)
    /// What could be done or asked next: `[{type, label, …}]`.
    case suggestedActions([JSONValue])
    /// What the model wants to find again in later steps and turns (the offline planner's frame).
    ///
    /// Recorded, not shown.
    case note(JSONValue)
    /// A figure of the text so far that no result gives; the grounding gate says so.
    ///
    /// Recorded, and listed with the turn's last event.
    case ungrounded(String)
    case usage(Usage)
    case finished(FinishReason)
}

/// Which model answers a step, and what it was given to answer from.
package struct StepOrigin: Sendable, Hashable {
    /// As the configuration calls it.
    package var model: String
    /// The step was meant for another model, which could not be used.
    package var isDegraded: Bool
    /// The prompts that it was given, each with the hash of its file.
    package var prompts: [PromptVersion]
    /// What was left out of the conversation so that it fits the model's window; `null` when nothing was.
    package var compaction: JSONValue

    package init(
        model: String,
        isDegraded: Bool = false,
        prompts: [PromptVersion] = [],
        compaction: JSONValue = .null
    ) {
        self.model = model
        self.isDegraded = isDegraded
        self.prompts = prompts
        self.compaction = compaction
    }
}

/// A prompt file and the hash of what was in it.
package struct PromptVersion: Sendable, Hashable {
    /// `folder/name`.
    package var name: String
    /// SHA-256 of the file's bytes in lower-case hexadecimal.
    package var hash: String

    package init(name: String, hash: String) {
        self.name = name
        self.hash = hash
    }
}

/// Why a step's stream ended.
package enum FinishReason: String, Sendable, Hashable {
    case stop
    case toolCalls = "tool_calls"
    case length
    case refusal
}

/// What a step cost.
///
/// Tokens are the server's count; where no one counts, 4 UTF-8 bytes each, rounded up.
package struct Usage: Sendable, Hashable {
    package var inputTokens: Int
    package var outputTokens: Int
    /// In the currency the model is priced in; zero offline.
    package var cost: Money

    package init(inputTokens: Int = 0, outputTokens: Int = 0, cost: Money = .zero) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.cost = cost
    }
}

extension Usage {
    /// Tokens where no one counts: one for each 4 bytes of UTF-8, rounded up.
    package static func tokens(_ text: String) -> Int { (text.utf8.count + 3) / 4 }

    /// This usage, or an estimate where the model counted nothing.
    package func counted(_ answer: String, of message: String) -> Usage {
        guard inputTokens == 0, outputTokens == 0 else { return self }
        return Usage(inputTokens: Self.tokens(message), outputTokens: Self.tokens(answer), cost: cost)
    }
}
