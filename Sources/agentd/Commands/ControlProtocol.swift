internal import AgentRuntime

// How a command speaks to the daemon that serves its data folder: over a unix socket that only the owner can open, one
// request and its reply for each connection, each message one line of JSON.
//
//     → {"command": "user.add", "arguments": {…}}
//     ← {"progress": …}                                  any number of times
//     ← {"ok": true, "result": …}                        or
//     ← {"ok": false, "error": {"code", "message", "retryable", "details": [{"field", "message"}]}}

/// What answers the commands that come through the socket, or that a command runs itself when there is no daemon.
protocol ControlHandler: Sendable {
    /// The names it answers to.
    var commands: [String] { get }

    /// Does it; the result is what the command prints from.
    func handle(_ command: String, _ arguments: JSONObject, progress: ControlProgress) async throws -> JSONValue
}

/// Tells the one who waits how far it is.
typealias ControlProgress = @Sendable (JSONValue) async throws -> Void

/// Hands each command to the handler that knows it.
struct ControlRouter: ControlHandler {
    var handlers: [any ControlHandler]

    init(_ handlers: [any ControlHandler]) { self.handlers = handlers }

    var commands: [String] { handlers.flatMap(\.commands) }

    func handle(_ command: String, _ arguments: JSONObject, progress: ControlProgress) async throws -> JSONValue {
        guard let handler = handlers.first(where: { $0.commands.contains(command) }) else {
            throw AgentError(.notFound, "The daemon does not know the command \(command); is it of another version?")
        }
        return try await handler.handle(command, arguments, progress: progress)
    }
}

/// The messages.
enum ControlMessage {
    /// Bytes of a request's line.
    static let requestMax = 1 << 20
    /// Bytes of a reply's line.
    static let replyMax = 16 << 20

    enum Reply: Sendable {
        case progress(JSONValue)
        case result(JSONValue)
        case failure(AgentError)
    }

    static func request(_ command: String, _ arguments: JSONObject) -> [UInt8] {
        line(["command": .string(command), "arguments": .object(arguments)])
    }

    static func parseRequest(_ line: [UInt8]) throws -> (command: String, arguments: JSONObject) {
        guard let value = try? JSONValue(parsing: line), let command = value["command"]?.string,
            let arguments = value["arguments"]?.object
        else { throw AgentError(.invalidArgument, "The request is not one of {\"command\", \"arguments\"}.") }
        return (command, arguments)
    }

    static func reply(_ reply: Reply) -> [UInt8] {
        switch reply {
        case .progress(let value): line(["progress": value])
        case .result(let value): line(["ok": true, "result": value])
        case .failure(let error):
            line([
                "ok": false,
                "error": [
                    "code": .string(error.code.rawValue), "message": .string(error.message),
                    "retryable": .bool(error.isRetryable),
                    "details": .array(
                        error.details.map { ["field": .string($0.field), "message": .string($0.message)] }
                    ),
                ],
            ])
        }
    }

    static func parseReply(_ line: [UInt8]) -> Reply? {
        guard let value = try? JSONValue(parsing: line) else { return nil }
        if let progress = value["progress"] { return .progress(progress) }
        if value["ok"]?.bool == true { return .result(value["result"] ?? .null) }
        guard let error = value["error"], let code = error["code"]?.string, let message = error["message"]?.string
        else { return nil }
        let details = (error["details"]?.array ?? []).compactMap { detail -> AgentError.Detail? in
            guard let field = detail["field"]?.string, let message = detail["message"]?.string else { return nil }
            return AgentError.Detail(field: field, message: message)
        }
        return .failure(
            AgentError(
                AgentError.Code(code),
                message,
                isRetryable: error["retryable"]?.bool ?? false,
                details: details
            )
        )
    }

    private static func line(_ value: JSONValue) -> [UInt8] { value.bytes() + [UInt8(ascii: "\n")] }
}
