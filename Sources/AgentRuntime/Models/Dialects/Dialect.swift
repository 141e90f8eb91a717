/// A wire format that models are spoken to in: how a request is written, and how a reply is read.
///
/// A dialect is a value without state of its own; it knows no socket and no clock. What it cannot read is a
/// `BackendError`, never a guess.
package protocol Dialect: Sendable {
    /// The address that a request goes to.
    ///
    /// `base` is as the configuration has it: with or without the version, with or without the dialect's own path.
    func address(_ base: String) -> String

    /// The fields of the request's head, beside those of every request.
    func fields(key: String?) -> [(name: String, value: String)]

    /// The body that asks for a streamed reply; `tools` are the transcript's, as `written` gives them.
    func body(_ transcript: Transcript, tools: WrittenTools, model: String, outputTokensMax: Int?) -> [UInt8]

    /// How the format lists tools.
    func list(_ tools: [Transcript.Tool]) -> JSONValue

    /// Reads one reply from its beginning.
    func reader() -> any ReplyReader
}

/// What a dialect reads out of a reply; the same for every dialect.
package enum ReplyPart: Sendable, Hashable {
    case text(String)
    /// A whole tool call, as the model wrote it.
    case call(WrittenCall)
    /// What the server counted, given once and before `finished`; absent where it counts nothing.
    case usage(inputTokens: Int, outputTokens: Int)
    /// Nothing follows.
    case finished(FinishReason)
}

/// A tool call in the words of a model; nothing in it has been checked.
package struct WrittenCall: Sendable, Hashable {
    package var id: String
    package var name: String
    /// JSON, if the model kept to its format.
    package var arguments: String

    package init(id: String, name: String, arguments: String) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }
}

/// Reads one reply: either its events as they come, or the whole document of a server that does not stream.
///
/// Nothing that is given out is taken back; a call is given out only when the reply is complete.
package protocol ReplyReader: Sendable {
    /// Adds the parts that an event completes; none once it is done.
    mutating func take(_ event: ServerSentEventParser.Lent, into parts: inout [ReplyPart]) throws(BackendError)

    mutating func take(whole document: JSONValue) throws(BackendError) -> [ReplyPart]

    /// The stream is over, for whatever reason.
    ///
    /// Throws `cut` unless the model had said why it stopped.
    mutating func end() throws(BackendError) -> [ReplyPart]

    /// `finished` has been given out.
    var isDone: Bool { get }
}

/// The bounds of one reply.
package enum ReplyLimits {
    /// Bytes of one event, or of a whole document.
    package static let eventBytes = 4 << 20
    /// Bytes of the arguments of one call; what is beyond is let go of and the call cannot be run.
    package static let argumentBytes = 1 << 20
    /// Calls of one step.
    package static let calls = 128
}

/// A list of tools as bytes: the same for all requests that offer them, and most of what a short request has.
package struct WrittenTools: Sendable {
    /// JSON, or nothing where there are no tools.
    fileprivate let bytes: [UInt8]
}

extension Dialect {
    /// The tools in the words of the format.
    package func written(_ tools: [Transcript.Tool]) -> WrittenTools {
        WrittenTools(bytes: tools.isEmpty ? [] : list(tools).bytes())
    }

    /// The body that asks for a streamed reply.
    package func body(_ transcript: Transcript, model: String, outputTokensMax: Int?) -> [UInt8] {
        body(transcript, tools: written(transcript.tools), model: model, outputTokensMax: outputTokensMax)
    }

    /// A body with the tools as its last member.
    func bytes(of body: JSONObject, with tools: WrittenTools) -> [UInt8] {
        var bytes = JSONValue.object(body).bytes()
        guard !tools.bytes.isEmpty else { return bytes }
        bytes.removeLast()
        bytes += #","tools":"#.utf8
        bytes += tools.bytes
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// Puts the dialect's own path behind a base address, which may have the path or the version already.
    ///
    /// `keepsPath`: an address with a path of its own (a gateway's) is complete up to the dialect's path.
    static func address(_ base: String, path: String, keepsPath: Bool) -> String {
        var base = base[...]
        while base.hasSuffix("/") { base = base.dropLast() }
        if base.hasSuffix(path) { return String(base) }
        if base.hasSuffix("/v1") { return base + path }
        let afterScheme = base.firstRange(of: "://").map { base[$0.upperBound...] } ?? base
        return keepsPath && afterScheme.contains("/") ? base + path : base + "/v1" + path
    }
}
