/// How far one turn may go before it is ended with a clear reason.
package struct TurnLimits: Sendable, Hashable {
    /// Model calls in a turn.
    package var steps: Int
    /// Tool calls in a turn, over all steps.
    package var toolCalls: Int
    /// Steps in which a model may write tool arguments that are no JSON object, and is told so.
    package var malformedSteps: Int
    /// UTF-8 bytes of answer text.
    package var answerBytes: Int
    /// UTF-8 bytes of a tool's result as JSON; a longer one is answered to the model as an error.
    package var resultBytes: Int
    /// UTF-8 bytes of a user's message.
    package var messageBytes: Int
    /// From the turn's beginning to its end.
    package var duration: Duration
    /// How long a call with an effect may still answer when its turn is stopped, and its tool may be asked about it.
    package var effectGrace: Duration
    /// Messages that may wait behind a running turn.
    package var queue: Int
    /// Ended turns that a model is shown, and that a session keeps whole in memory.
    package var history: Int

    package init(
        steps: Int = 8,
        toolCalls: Int = 32,
        malformedSteps: Int = 2,
        answerBytes: Int = 262_144,
        resultBytes: Int = 1_048_576,
        messageBytes: Int = 32_768,
        duration: Duration = .seconds(120),
        effectGrace: Duration = .seconds(1),
        queue: Int = 8,
        history: Int = 20
    ) {
        self.steps = steps
        self.toolCalls = toolCalls
        self.malformedSteps = malformedSteps
        self.answerBytes = answerBytes
        self.resultBytes = resultBytes
        self.messageBytes = messageBytes
        self.duration = duration
        self.effectGrace = effectGrace
        self.queue = queue
        self.history = history
    }
}
