/// A conversation as it is put before a model over HTTP, in the words of no dialect.
///
/// Always well-formed, whatever became of the turns it is made from: it begins with the user and ends with the user's
/// message or with results, no entry is empty, and every call is followed at once by its result.
package struct Transcript: Sendable, Hashable {
    package enum Entry: Sendable, Hashable {
        case user(String)
        case assistant(text: String, calls: [Call])
        case results([Result])
    }

    package struct Call: Sendable, Hashable {
        /// Letters, digits, `_` and `-`; unique within the transcript.
        package var id: String
        package var name: String
        package var arguments: JSONObject

        package init(id: String, name: String, arguments: JSONObject) {
            self.id = id
            self.name = name
            self.arguments = arguments
        }
    }

    package struct Result: Sendable, Hashable {
        package var id: String
        package var content: String
        package var isError: Bool

        package init(id: String, content: String, isError: Bool) {
            self.id = id
            self.content = content
            self.isError = isError
        }
    }

    package struct Tool: Sendable, Hashable {
        package var name: String
        package var purpose: String
        package var parameters: JSONValue

        package init(name: String, purpose: String, parameters: JSONValue) {
            self.name = name
            self.purpose = purpose
            self.parameters = parameters
        }
    }

    package var system: String
    package var entries: [Entry]
    package let tools: [Tool]
    /// The tool that the model is made to call, one of `tools`; `nil` where it chooses by itself.
    package var choice: String?
    /// What the tools come to in bytes.
    private let toolBytes: Int

    /// `toolBytes`: what `bytes(of:)` says of the tools, where that is known already.
    package init(system: String, entries: [Entry], tools: [Tool], toolBytes: Int? = nil) {
        self.system = system
        self.entries = entries
        self.tools = tools
        self.toolBytes = toolBytes ?? Self.bytes(of: tools)
    }

    package static func bytes(of tools: [Tool]) -> Int {
        tools.reduce(0) { $0 + $1.name.utf8.count + $1.purpose.utf8.count + $1.parameters.bytes().count }
    }

    /// What it comes to in tokens: 4 bytes of UTF-8 each, rounded up, and 4 tokens around each entry.
    package var tokens: Int {
        var bytes = system.utf8.count + toolBytes
        for entry in entries { bytes += entry.bytes }
        return (bytes + 3) / 4 + 4 * entries.count
    }
}

extension Transcript.Entry {
    fileprivate var bytes: Int {
        switch self {
        case .user(let text): text.utf8.count
        case .assistant(let text, let calls):
            calls.reduce(text.utf8.count) { sum, call in
                sum + call.name.utf8.count + JSONValue.object(call.arguments).bytes().count
            }
        case .results(let results): results.reduce(0) { $0 + $1.content.utf8.count }
        }
    }
}
