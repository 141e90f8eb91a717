/// A tool call that a user makes without a question, as other agents do.
package struct DirectCall: Sendable, Hashable {
    package var tool: String
    package var arguments: JSONObject

    package init(tool: String, arguments: JSONObject) {
        self.tool = tool
        self.arguments = arguments
    }

    var json: JSONValue { ["tool": .string(tool), "arguments": .object(arguments)] }

    init?(json: JSONValue) {
        guard let tool = json["tool"]?.string else { return nil }
        self.init(tool: tool, arguments: json["arguments"]?.object ?? [:])
    }
}

/// Stands in for a model in the turn of a direct call: it asks for that call, and says nothing of its result.
struct DirectCallModel: LanguageModel {
    let call: DirectCall

    let name = "direct"
    let repeatsItself = true

    func respond(to request: ModelRequest) async throws -> ModelStream {
        guard request.steps.isEmpty else {
            return ModelStream(batches: [[.text("The tool was called."), .finished(.stop)]])
        }
        // One call for each turn, so its name suffices to tell it from others.
        let id = ToolCallID("call_\(request.turn)")
        let asked = ToolCall(id: id, name: call.tool, arguments: call.arguments)
        return ModelStream(batches: [[.toolCall(asked), .finished(.toolCalls)]])
    }
}
