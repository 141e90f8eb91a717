internal import AgentRuntime
internal import Tools

/// What signed links lead to: a page that says what is asked, and a button that decides.
///
/// Reading the page decides nothing, since programs that look through mails follow the links in them.
struct ApprovalLinkRoutes: Sendable {
    static let path = "/approvals/{link}"

    let desk: ApprovalDesk
    let accounts: LocalAccounts
    let key: [UInt8]
    let places: SessionPlaces
    let proxies: TrustedProxies
    let wallClock: any WallClock
    let log: Logger

    var routes: [Route] { [show, decide] }

    private static let answers = [
        RouteResponse(200, "A page for a person.", contentType: "text/html"),
        RouteResponse(403, "The link is not ours, or its owner may not decide.", contentType: "text/html"),
        RouteResponse(404, "What it was about is gone.", contentType: "text/html"),
        RouteResponse(
            409,
            "It has been used, or what it is about has been decided or changed.",
            contentType: "text/html"
        ),
        RouteResponse(410, "Its time has passed.", contentType: "text/html"),
        RouteResponse(503, "The server could not answer; nothing was decided.", contentType: "text/html"),
    ]

    private var show: Route {
        Route(
            .get,
            Self.path,
            summary: "What a signed link is about, with a button to decide; it decides nothing by itself.",
            tags: ["governance"],
            access: .anyone,
            responses: Self.answers
        ) { routed in
            await page { try await question(try opened(routed)) }
        }
    }

    private var decide: Route {
        Route(
            .post,
            Self.path,
            summary: "Decide by a signed link, once.",
            tags: ["governance"],
            access: .anyone,
            body: RouteBody(
                ["type": "object", "properties": ["comment": ["type": "string", "maxLength": 4000]]],
                contentType: "application/x-www-form-urlencoded",
                isRequired: false
            ),
            responses: Self.answers + [
                RouteResponse(400, "The form does not read, or a rejection gives no reason.", contentType: "text/html")
            ],
            bodyLimit: 64 << 10
        ) { routed in
            await page { try await decided(try opened(routed), routed) }
        }
    }

    // MARK: What they answer

    private func opened(_ routed: RoutedRequest) throws -> ApprovalLink {
        guard let link = ApprovalLink(routed.parameter("link"), key: key) else {
            log.info("an approval link that was not signed here", ["request": .string(routed.request.requestID)])
            throw LinkRefusal(403, "This link does not hold. Take the one from the mail, whole and unchanged.")
        }
        guard wallClock.now() < link.expiresAt else {
            throw LinkRefusal(410, "The time of this link has passed; what it was for has to be asked for again.")
        }
        return link
    }

    /// The approval as it stands, where the link may still be used.
    private func current(_ link: ApprovalLink) async throws -> Approval {
        guard let approval = try await desk.approval(link.approval, in: link.tenant) else {
            throw LinkRefusal(404, "What this link was about is gone.")
        }
        let decision = ApprovalDecision(link.decision, by: link.approver, at: wallClock.now())
        guard let refusal = approval.refusal(decision, hash: link.hash) else { return approval }
        throw LinkRefusal(refusal, link, at: wallClock.now())
    }

    private func question(_ link: ApprovalLink) async throws -> String {
        let request = try await current(link).request
        var facts: [(String, String)] = [
            ("What", request.resource["name"]?.string ?? request.type), ("Why a person is asked", request.reason),
            ("Asked for by", request.requesterName ?? request.requester.rawValue),
            ("Can be decided until", request.expiresAt.iso8601),
        ]
        if let call = request.call { facts.append(("With", JSONValue.object(call.arguments).text)) }
        let rows = facts.map { "<dt>\(Self.escaped($0))</dt><dd>\(Self.escaped($1))</dd>" }.joined()
        let isRejection = link.decision == .reject
        let verb = isRejection ? "Reject" : "Approve"
        let field = isRejection ? "Reason" : "Comment"
        return """
            <h1>\(verb)?</h1><dl>\(rows)</dl>
            <form method="post"><p><label>\(field)<br>\
            <textarea name="comment" rows="3" cols="60" maxlength="4000"\(isRejection ? " required" : "")></textarea>\
            </label></p><p><button type="submit">\(verb)</button></p></form>
            """
    }

    private func decided(_ link: ApprovalLink, _ routed: RoutedRequest) async throws -> String {
        let comment = try Self.comment(in: routed.request.body)
        guard link.decision == .approve || !comment.isEmpty else {
            throw LinkRefusal(400, "Say why: whoever asked is told the reason.")
        }
        guard let account = try await accounts.account(id: link.approver), account.tenant == link.tenant,
            !account.isDisabled
        else { throw LinkRefusal(403, "The account that this link was made for is not there any more.") }
        var principal = account.principal
        principal.origin = RequestOrigin(
            address: proxies.client(of: routed.request)?.description,
            agent: routed.request.headers["User-Agent"],
            request: routed.request.requestID
        )
        let outcome: ApprovalOutcome
        do {
            outcome = try await desk.decide(
                link.approval,
                link.decision,
                by: principal,
                comment: comment,
                hash: link.hash,
                on: places.place(on: routed.loop)
            )
        } catch let error as AgentError {
            throw LinkRefusal(error, link, at: wallClock.now())
        }
        switch outcome.approval.status {
        case .pending: return "<h1>Noted</h1><p>Others have to approve it too.</p>"
        case .approved: return "<h1>Approved</h1><p>What waited for it goes on.</p>"
        case .rejected, .expired: return "<h1>Rejected</h1><p>Whoever asked is told why.</p>"
        }
    }

    private static func comment(in body: [UInt8]) throws -> String {
        for part in body.split(separator: UInt8(ascii: "&")) {
            let mark = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            do throws(HTTPRefusal) {
                guard try RequestTarget.decoded(part[..<mark], plusIsSpace: true) == "comment" else { continue }
                return String(try RequestTarget.decoded(part[mark...].dropFirst(), plusIsSpace: true).prefix(4000))
            } catch {
                throw LinkRefusal(400, "The form does not read.")
            }
        }
        return ""
    }

    // MARK: Pages

    private func page(_ body: () async throws -> String) async -> HTTPResponse {
        do {
            return Self.html(try await body(), status: 200)
        } catch let refusal as LinkRefusal {
            return Self.html(
                "<h1>Nothing was decided</h1><p>\(Self.escaped(refusal.words))</p>",
                status: refusal.status
            )
        } catch {
            log.error("an approval link could not be followed", ["error": .string("\(error)")])
            let words = "The server could not answer; try again in a while."
            return Self.html("<h1>Nothing was decided</h1><p>\(words)</p>", status: 503)
        }
    }

    private static func html(_ body: String, status: Int) -> HTTPResponse {
        let document = """
            <!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>Approval</title><body>\(body)</body></html>
            """
        var response = HTTPResponse(status: status, body: .bytes(Array(document.utf8)))
        response.headers["Content-Type"] = "text/html; charset=utf-8"
        response.headers["Content-Security-Policy"] =
            "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Cache-Control"] = "no-store"
        return response
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }
}

/// Why a link decides nothing, for the person who follows it.
private struct LinkRefusal: Error {
    var status: Int
    var words: String

    init(_ status: Int, _ words: String) {
        self.status = status
        self.words = words
    }

    init(_ error: AgentError, _ link: ApprovalLink, at now: Timestamp) {
        words = error.message
        switch error.code {
        case .forbidden: status = 403
        case .notFound: status = 404
        case .conflict: status = now >= link.expiresAt ? 410 : 409
        default: status = 503
        }
    }
}
