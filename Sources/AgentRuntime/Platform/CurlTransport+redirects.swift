// Redirects are followed here and not by the library: each hop is a call of its own, with its own check of the address,
// and what a credential was for is decided by us.

extension CurlTransport {
    private static let redirecting: Set<Int> = [301, 302, 303, 307, 308]
    /// The header lines that may go to another origin than the one they were written for.
    private static let harmless: Set<String> = ["accept", "accept-language", "content-type", "user-agent"]

    func sendFollowing(_ call: HTTPCall) async throws(HTTPTransportError) -> HTTPReply {
        var call = call
        let end = LoopInstant.now.advanced(by: call.deadlines.whole)
        var followed = 0
        while true {
            let reply = try await sendOnce(call)
            guard Self.redirecting.contains(reply.status), let location = reply.header("location") else { return reply }
            reply.cancel()
            guard let from = HTTPURL(call.url), let to = HTTPURL(location, relativeTo: from),
                !(from.scheme == "https" && to.scheme == "http")
            else { throw HTTPTransportError(.forbidden, host: HTTPURL(call.url)?.host ?? "", detail: "its redirect") }
            followed += 1
            guard followed <= call.redirectsMax else { throw HTTPTransportError(.tooManyRedirects, host: from.host) }
            if from.origin != to.origin {
                call.headers.removeAll { !Self.harmless.contains($0.name.lowercased()) }
            }
            // RFC 9110 §15.4: 303 asks for a GET, and every client turns a POST into one at 301 and 302.
            if reply.status == 303 && call.method != "HEAD" || reply.status < 303 && call.method == "POST" {
                call.method = "GET"
                call.body = nil
                call.headers.removeAll { $0.name.lowercased() == "content-type" }
            }
            call.url = to.text
            call.deadlines.whole = LoopInstant.now.duration(to: end)
        }
    }
}
