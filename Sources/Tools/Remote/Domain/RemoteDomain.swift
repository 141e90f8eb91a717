// A tenant's data that another service holds, behind the REST endpoints of the `aether` API: figures, statements,
// anomalies and deals. Tools ask it with the token of the user whose turn it is, so what he sees there is what he sees
// here. What is learned on the way is kept for a short time, for each user by himself: the date that stands for today,
// the words of the data, the deals.

package import AgentRuntime
internal import Foundation

/// The service that holds a tenant's data.
package actor RemoteDomain {
    /// What the service says about its data as a whole.
    struct Facts: Sendable, Hashable {
        var today: CalendarDate
        var currency: String?
        var first: CalendarDate?
        var last: CalendarDate?
    }

    /// Something that was read, and when.
    private struct Kept<Value: Sendable>: Sendable {
        var value: Value
        var readAt: Timestamp

        func isFresh(_ lifetime: Duration, at now: Timestamp) -> Bool { now < readAt.advanced(by: lifetime) }
    }

    static let pageLimit = 100
    /// Pages of one list; 20,000 entries.
    static let pagesMax = 200
    private static let factsLifetime = Duration.seconds(60)
    private static let wordsLifetime = Duration.seconds(300)
    private static let dealsLifetime = Duration.seconds(10)
    /// How long after a failure only tools try again, so that one question does not wait for it several times.
    private static let awayFor = Duration.seconds(3)
    /// Users whose words and deals are kept; beyond it all of them are let go.
    private static let callersMax = 200

    nonisolated let service: RemoteService
    private nonisolated let base: String
    private nonisolated let overrides: TenantOverrides

    private var facts: Kept<Facts>?
    private var words: [Caller: Kept<TenantVocabulary>] = [:]
    private var deals: [Caller: Kept<[Deal]>] = [:]
    private var wordVersions = 0
    /// When the service could not be used last.
    private var awayAt: Timestamp?

    /// `base`: up to and without the endpoints' own paths; an address without a path stands for its `/api/v1`.
    package init(_ service: RemoteService, base: String, overrides: TenantOverrides) {
        var base = base
        while base.hasSuffix("/") { base.removeLast() }
        if let url = HTTPURL(base), url.path == "/" || url.path.isEmpty { base += "/api/v1" }
        self.base = base
        self.service = service
        self.overrides = overrides
    }

    // MARK: Asking

    /// What an endpoint answers, whole.
    ///
    /// - Throws: `FigureFailure` in words for the user, `CancellationError`.
    nonisolated func get(_ path: String, _ query: [RemoteQuery], for asker: Asker) async throws -> JSONValue {
        let call = HTTPCall("GET", address(path, query), headers: [HTTPField("Accept", "application/json")])
        let answer: RemoteService.Answer
        do {
            answer = try await service.send(call, repeats: true, for: asker)
        } catch let error as AgentError {
            throw FigureFailure(error)
        }
        guard answer.status == 200 else { throw FigureFailure(answer, isUser: service.users != nil) }
        let limits = JSONLimits(depth: 64, bytes: RemoteService.replyBytesMax, members: 1_000_000)
        guard OpenAPIOperation.isJSON(answer.mediaType),
            let body = try? JSONValue(parsing: answer.body, limits: limits), body["data"] != nil
        else {
            throw FigureFailure.remote(
                "answered with something that is no data; its address in the configuration may be wrong"
            )
        }
        return body
    }

    /// Where a figure was read, for its citation.
    nonisolated func address(_ path: String, _ query: [RemoteQuery]) -> String {
        let pairs = query.map { "\(OpenAPIOperation.encoded($0.name))=\(OpenAPIOperation.encoded($0.value))" }
        return base + path + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }

    /// Every entry of a list, page after page.
    nonisolated func list(_ path: String, _ query: [RemoteQuery], for asker: Asker) async throws -> [JSONValue] {
        var items: [JSONValue] = []
        for page in 1...Self.pagesMax {
            try Task.checkCancellation()
            let paging = [RemoteQuery("page", "\(page)"), RemoteQuery("limit", "\(Self.pageLimit)")]
            let body = try await get(path, query + paging, for: asker)
            let found = body["data"]?.array ?? []
            items += found
            let pages = body["pagination"]?["total_pages"]?.int ?? page
            if page >= pages || found.isEmpty { return items }
        }
        throw FigureFailure.remote("holds more than can be read at once; ask for a part of it")
    }

    /// Answers a tool call; what the user can mend becomes a result.
    ///
    /// A day that was guessed while the service was away leads to no figure.
    nonisolated func answer(
        _ context: ToolContext,
        _ body: (Asker, Facts?) async throws -> ToolResult
    ) async throws -> ToolResult {
        let asker = Asker(principal: context.principal, now: context.now)
        do {
            let facts = overrides.asOf == nil ? try await facts(for: asker) : nil
            if let facts, facts.today != context.settings.today {
                throw FigureFailure.remote("has only just come back; ask again")
            }
            return try await body(asker, facts)
        } catch let failure as FigureFailure {
            return failure.result
        }
    }

    /// Whether the service answers at all, as the status it gives to someone who is not signed in.
    ///
    /// - Throws: `AgentError` when it cannot be reached.
    package nonisolated func status() async throws -> Int {
        let call = HTTPCall("GET", address("/data/metrics", []), headers: [HTTPField("Accept", "application/json")])
        return try await service.send(call, repeats: false).status
    }

    // MARK: What is kept

    func facts(for asker: Asker) async throws -> Facts {
        if let facts, facts.isFresh(Self.factsLifetime, at: asker.now) { return facts.value }
        let body = try await get("/data/metrics", [], for: asker)
        let items = body["data"]?.array ?? []
        let days = items.compactMap { item in
            item["last_calculated"]?.string.flatMap { CalendarDate(String($0.prefix(10))) }
        }
        guard let today = days.max() else {
            throw FigureFailure.remote("does not say which day its figures are of; set as_of in the configuration")
        }
        func date(_ name: String) -> CalendarDate? {
            items.lazy.compactMap { $0["data_range"]?[name]?.string.flatMap(CalendarDate.init) }.first
        }
        let facts = Facts(
            today: today,
            currency: items.lazy.compactMap { $0["currency"]?.string }.first,
            first: date("start_date"),
            last: date("end_date")
        )
        self.facts = Kept(value: facts, readAt: asker.now)
        awayAt = nil
        return facts
    }

    /// What the tenant's questions are read by; while the service is away, what it said last.
    package func settings(for principal: Principal?, of tenant: TenantID, now: Timestamp) async throws -> TenantSettings
    {
        var known = facts?.value
        if overrides.asOf == nil, let principal, !isAway(now) {
            do {
                known = try await facts(for: Asker(principal: principal, now: now))
            } catch let failure as FigureFailure {
                // The tool says it, once a question needs the service.
                note(failure, at: now)
            }
        }
        return TenantSettings(
            tenant: tenant,
            today: overrides.asOf ?? known?.today ?? now.date,
            // The service knows better than a default what its amounts are in.
            currency: known?.currency ?? overrides.currency ?? "USD",
            locale: overrides.locale ?? "en-US",
            fiscalYearStart: overrides.fiscalYearStart ?? 1
        )
    }

    private func isAway(_ now: Timestamp) -> Bool {
        awayAt.map { now < $0.advanced(by: Self.awayFor) } ?? false
    }

    private func note(_ failure: FigureFailure, at now: Timestamp) {
        if failure.code == "unavailable" { awayAt = now }
    }

    /// All deals that the user may see.
    func deals(for asker: Asker) async throws -> [Deal] {
        let caller = Caller(asker.principal)
        if let kept = deals[caller], kept.isFresh(Self.dealsLifetime, at: asker.now) { return kept.value }
        let items = try await list("/sales/deals", [RemoteQuery("status", "all")], for: asker)
        let found = try items.map { item in
            guard let deal = Deal(remote: item) else {
                throw FigureFailure.remote("gives a deal in a form that cannot be read")
            }
            return deal
        }
        if deals.count >= Self.callersMax { deals = [:] }
        deals[caller] = Kept(value: found, readAt: asker.now)
        return found
    }

    /// The words of the data that the user may see; while the service is away, those of before.
    func vocabulary(for asker: Asker) async throws -> TenantVocabulary {
        let caller = Caller(asker.principal)
        let known = words[caller]
        if let known, known.isFresh(Self.wordsLifetime, at: asker.now) { return known.value }
        let without = known?.value ?? TenantVocabulary(version: 0, entries: [])
        guard !isAway(asker.now) else { return without }
        do {
            var fresh = try await RemoteWords(domain: self, asker: asker).read(asOf: overrides.asOf)
            if words.count >= Self.callersMax { words = [:] }
            if let known, known.value.entries == fresh.entries {
                fresh.version = known.value.version
            } else {
                wordVersions += 1
                fresh.version = wordVersions
            }
            words[caller] = Kept(value: fresh, readAt: asker.now)
            return fresh
        } catch let failure as FigureFailure {
            note(failure, at: asker.now)
            return without
        }
    }
}

/// A name and a value of a query.
struct RemoteQuery: Sendable, Hashable {
    var name: String
    var value: String

    init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

extension FigureFailure {
    /// Something that the service did; without digits, which an answer could not ground.
    static func remote(_ what: String, code: String = "unavailable") -> FigureFailure {
        FigureFailure(code: code, message: "The service that holds this company's data \(what).")
    }

    init(_ error: AgentError) {
        self =
            switch error.code {
            case .unauthenticated:
                .remote(
                    "is asked in the user's own name, and no sign-in of a user is at hand (an API key is none); "
                        + "sign in and ask again",
                    code: "refused"
                )
            case .forbidden:
                .remote("is at an address that may not be reached (tools.allow_private is off)", code: "refused")
            default: .remote("cannot be reached at the moment; try again later")
            }
    }

    /// What a status says that is no success.
    init(_ answer: RemoteService.Answer, isUser: Bool) {
        switch answer.status {
        case 401 where isUser: self = .remote("does not accept your sign-in; sign in again", code: "refused")
        case 401: self = .remote("does not accept the key that is configured for it", code: "refused")
        case 403: self = .remote("does not let you see this", code: "refused")
        case 404: self = .remote("does not offer this", code: "refused")
        case 429: self = .remote("is asked too much at the moment; try again a little later")
        case 300..<400: self = .remote("has moved elsewhere, where it is not followed", code: "refused")
        case 500...: self = .remote("failed; try again later")
        default:
            // What it says is wrong with the question is for the user.
            let error = (try? JSONValue(parsing: answer.body))?["error"]
            let details = (error?["details"]?.array ?? []).compactMap { $0["message"]?.string }
            let words = details.first ?? error?["message"]?.string
            let said = words.map { String($0.prefix(300)) } ?? "does not accept the question"
            self.init(code: "invalid_argument", message: words == nil ? FigureFailure.remote(said).message : said)
        }
    }
}
