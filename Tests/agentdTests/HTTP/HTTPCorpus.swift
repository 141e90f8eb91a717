import AgentRuntime
import TestSupport

@testable import agentd

/// Requests that other parsers stumbled over, with what may come of each.
struct HTTPCorpus {
    struct Case: Sendable, CustomStringConvertible {
        var id: String
        var expectation: String
        var handledMin: Int
        var handledMax: Int
        var raw: [UInt8]
        var description: String { id }
    }

    /// What came of a case: the statuses of final answers, and whether the connection was ended for good.
    struct Outcome {
        var statuses: [Int]
        var isClosed: Bool
    }

    static let file = "http/http1_requests.jsonl"
    static var isThere: Bool { SharedData.exists(file) }

    /// Statuses that say the server refused the request's form.
    private static let refusals: Set<Int> = [400, 408, 411, 413, 414, 415, 417, 421, 426, 431, 501, 505]

    static func cases() throws -> [Case] {
        try SharedData.lines(file).map { line in
            Case(
                id: line["id"]?.string ?? "",
                expectation: line["expect"]?.string ?? "",
                handledMin: line["handled_min"]?.int ?? 0,
                handledMax: line["handled_max"]?.int ?? 0,
                raw: SharedData.base64(line["raw_b64"]?.string ?? "")
            )
        }
    }

    /// What is wrong with an outcome; `nil` when it holds.
    static func fault(_ outcome: Outcome, of test: Case) -> String? {
        let final = outcome.statuses.filter { $0 >= 200 }
        let handled = final.count { !refusals.contains($0) }
        let isRefused = handled < final.count
        if final.contains(500) || final.contains(502) { return "server error" }
        switch test.expectation {
        case "accept":
            return (test.handledMin...test.handledMax).contains(handled) ? nil : "handled \(handled)"
        case "reject":
            if handled > 0 { return "handled \(handled)" }
            return isRefused || outcome.isClosed ? nil : "neither refused nor closed"
        case "reject-body":
            if handled > test.handledMax { return "handled \(handled)" }
            return isRefused || outcome.isClosed ? nil : "left open"
        default: return handled > test.handledMax ? "handled \(handled)" : nil
        }
    }
}

/// A decoder fed as a connection feeds it.
struct DecoderRun: Equatable {
    var requests: [String] = []
    var refusal: Int?
    var isClosed = false
    private var whole: [HTTPRequest] = []

    static func == (left: DecoderRun, right: DecoderRun) -> Bool {
        left.requests == right.requests && left.refusal == right.refusal && left.isClosed == right.isClosed
    }

    /// All requests, bodies included.
    var decoded: [HTTPRequest] { whole }

    init(_ pieces: [ArraySlice<UInt8>], limits: HTTPLimits = HTTPLimits()) {
        var decoder = HTTPRequestDecoder(limits: limits)
        var head: HTTPRequest?
        for piece in pieces where !isClosed {
            let bytes = Array(piece)
            var index = 0
            feeding: while !isClosed {
                switch decoder.advance(over: bytes.span, from: &index) {
                case .needsMore: break feeding
                case .head(let request): head = request
                case .body(let body):
                    guard var request = head else { preconditionFailure("a body without a head") }
                    request.body = body
                    whole.append(request)
                    let fields = request.headers.fields.map { "\($0.name):\($0.value)" }
                    requests.append("\(request.method) \(request.target) \(fields) \(body)")
                    isClosed = !request.isKeepAlive
                case .refused(let refusal):
                    self.refusal = refusal.status
                    isClosed = true
                }
            }
            precondition(isClosed || index == bytes.count, "bytes were left")
        }
    }

    init(_ bytes: [UInt8]) { self.init([bytes[...]]) }

    var outcome: HTTPCorpus.Outcome {
        HTTPCorpus.Outcome(
            statuses: requests.map { _ in 200 } + (refusal.map { [$0] } ?? []),
            isClosed: isClosed
        )
    }
}
