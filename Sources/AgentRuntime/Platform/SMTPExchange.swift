internal import CCurl
internal import Glibc

/// One message on its way to one server; blocks the thread that runs it.
///
/// What became of the message is read from the server's replies, which the library hands over line by line: the first
/// reply after the whole message was sent is the server's word on it, whatever happens to the connection afterwards.
final class SMTPExchange {
    static let replyBytesMax = 65_536
    private static let detailBytesMax = 200

    private let message: [UInt8]
    private let from: String
    private let recipients: [String]
    private let server: SMTPServer
    private let deadlines: SMTPTransport.Deadlines
    private let flag: CancellationFlag

    private var sent = 0
    private var isWholeSent = false
    private var replyBytes = 0
    /// The last complete reply before the farewell.
    private var code = 0
    private var text = ""
    /// The server's word on the message.
    private var verdict: Int?

    init(
        _ message: [UInt8],
        from: String,
        to recipients: [String],
        by server: SMTPServer,
        _ deadlines: SMTPTransport.Deadlines,
        _ flag: CancellationFlag
    ) {
        self.message = message
        self.from = from
        self.recipients = recipients
        self.server = server
        self.deadlines = deadlines
        self.flag = flag
    }

    func run() throws(SMTPError) {
        // What stands in a command of the protocol must not end it or add to it.
        func isClean(_ address: String) -> Bool {
            !address.isEmpty && address.utf8.count <= 320
                && address.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && $0 != "<" && $0 != ">" }
        }
        guard !recipients.isEmpty, recipients.allSatisfy(isClean), from.isEmpty || isClean(from) else {
            throw error(.invalid)
        }
        if flag.isSet { throw error(.cancelled) }
        guard let easy = curl_easy_init() else { throw error(.exhausted) }
        defer { curl_easy_cleanup(easy) }
        var list: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(list) }
        for recipient in recipients {
            guard let longer = curl_slist_append(list, recipient) else { throw error(.exhausted) }
            list = longer
        }
        set(easy, list)
        let result = withExtendedLifetime(self) { curl_easy_perform(easy) }
        try judge(result, easy)
    }

    private func set(_ easy: UnsafeMutableRawPointer, _ list: UnsafeMutablePointer<curl_slist>?) {
        func milliseconds(_ duration: Duration) -> Int {
            Int(max(1, min(duration.wholeNanoseconds / 1_000_000, 3_600_000)))
        }
        _ = ccurl_set_text(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        _ = ccurl_set_text(easy, CURLOPT_URL, server.url)
        _ = ccurl_set_text(easy, CURLOPT_PROXY, "")
        _ = ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        _ = ccurl_set_long(easy, CURLOPT_FORBID_REUSE, 1)
        _ = ccurl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(deadlines.connect))
        _ = ccurl_set_long(easy, CURLOPT_TIMEOUT_MS, milliseconds(deadlines.whole))
        _ = ccurl_set_long(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, max(1, milliseconds(deadlines.reply) / 1000))
        let security =
            server.requiresTLS ? CURLUSESSL_ALL : server.security == .never ? CURLUSESSL_NONE : CURLUSESSL_TRY
        _ = ccurl_set_long(easy, CURLOPT_USE_SSL, Int(security.rawValue))
        _ = ccurl_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1)
        _ = ccurl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2)
        _ = ccurl_set_long(easy, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let file = server.certificateFile { _ = ccurl_set_text(easy, CURLOPT_CAINFO, file) }
        if let username = server.username {
            _ = ccurl_set_text(easy, CURLOPT_USERNAME, username)
            _ = ccurl_set_text(easy, CURLOPT_PASSWORD, server.password ?? "")
        }
        // Without a sender the library writes `MAIL FROM:<>`.
        if !from.isEmpty { _ = ccurl_set_text(easy, CURLOPT_MAIL_FROM, from) }
        _ = ccurl_set_pointer(easy, CURLOPT_MAIL_RCPT, list)
        _ = ccurl_set_long(easy, CURLOPT_UPLOAD, 1)
        _ = ccurl_set_offset(easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(message.count))
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = ccurl_set_data_callback(easy, CURLOPT_READFUNCTION) { data, size, count, context in
            guard let exchange = SMTPExchange.from(context) else { return Int(CURL_READFUNC_ABORT) }
            return exchange.fill(UnsafeMutableRawBufferPointer(start: data, count: size * count))
        }
        _ = ccurl_set_pointer(easy, CURLOPT_READDATA, context)
        for (function, data) in [
            (CURLOPT_HEADERFUNCTION, CURLOPT_HEADERDATA), (CURLOPT_WRITEFUNCTION, CURLOPT_WRITEDATA),
        ] {
            _ = ccurl_set_data_callback(easy, function) { data, size, count, context in
                guard let exchange = SMTPExchange.from(context) else { return 0 }
                return exchange.reply(UnsafeRawBufferPointer(start: data, count: size * count))
            }
            _ = ccurl_set_pointer(easy, data, context)
        }
        // Asked at least once a second, also while the library waits.
        _ = ccurl_set_long(easy, CURLOPT_NOPROGRESS, 0)
        _ = ccurl_set_progress(easy) { context, _, _, _, _ in SMTPExchange.from(context)?.flag.isSet == true ? 1 : 0 }
        _ = ccurl_set_pointer(easy, CURLOPT_XFERINFODATA, context)
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> SMTPExchange? {
        context.map { Unmanaged<SMTPExchange>.fromOpaque($0).takeUnretainedValue() }
    }

    // MARK: From curl, inside its calls

    private func fill(_ space: UnsafeMutableRawBufferPointer) -> Int {
        if flag.isSet { return Int(CURL_READFUNC_ABORT) }
        let count = min(space.count, message.count - sent)
        message.withUnsafeBytes { space.copyBytes(from: $0[sent..<(sent + count)]) }
        sent += count
        // The library stops asking once it has as many bytes as it was told of.
        if sent == message.count { isWholeSent = true }
        return count
    }

    /// A line of a reply; how much of it was taken.
    private func reply(_ line: UnsafeRawBufferPointer) -> Int {
        replyBytes += line.count
        guard replyBytes <= Self.replyBytesMax else { return 0 }
        let digits = line.prefix(3)
        guard digits.count == 3, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            line.count == 3 || line[3] != UInt8(ascii: "-")
        else { return line.count }
        let code = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        // The farewell, which follows a refusal too, says nothing of the message.
        guard code != 221 else { return line.count }
        self.code = code
        let plain = line.dropFirst(3).prefix(Self.detailBytesMax).filter { (0x20..<0x7F).contains($0) }
        text = String(decoding: plain, as: UTF8.self)
        if isWholeSent, verdict == nil { verdict = code }
        return line.count
    }

    // MARK: What it came to

    private func judge(_ result: CURLcode, _ easy: UnsafeMutableRawPointer) throws(SMTPError) {
        if let verdict {
            if (200..<300).contains(verdict) { return }
            throw refusal(verdict)
        }
        if isWholeSent { throw error(.unanswered, words(result)) }
        switch result {
        // The library says so of a refused sender, recipient or start of the message, and of a broken connection.
        case CURLE_SEND_ERROR where code >= 400: throw refusal(code)
        case CURLE_LOGIN_DENIED: throw error(.signIn, code >= 400 ? "it answered \(code)" : nil)
        case CURLE_OPERATION_TIMEDOUT: throw error(.timeout)
        case CURLE_ABORTED_BY_CALLBACK: throw error(.cancelled)
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: throw error(.invalid)
        case CURLE_COULDNT_RESOLVE_HOST: throw error(.nameNotFound)
        case CURLE_COULDNT_CONNECT: throw error(.unreachable)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_USE_SSL_FAILED:
            throw error(.tls, words(result))
        case CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT: throw error(.exhausted)
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE: throw error(.cut)
        default: throw error(.notServing, code >= 400 ? "it answered \(code)" : words(result))
        }
    }

    private func refusal(_ code: Int) -> SMTPError {
        // RFC 4954 §6: these are about the user, not about the message.
        if [530, 534, 535, 538].contains(code) { return error(.signIn, "it answered \(code)") }
        return error(code >= 500 ? .refused(code) : .later(code), safeText)
    }

    private var safeText: String? {
        guard let password = server.password, !password.isEmpty, text.contains(password) else {
            return text.trimmedASCII
        }
        return nil
    }

    private func words(_ result: CURLcode) -> String { String(cString: curl_easy_strerror(result)) }

    private func error(_ kind: SMTPError.Kind, _ detail: String? = nil) -> SMTPError {
        SMTPError(kind, host: server.host, detail: detail)
    }
}

extension String {
    fileprivate var trimmedASCII: String {
        let head = utf8.drop { $0 == 0x20 }
        return String(Substring(head))
    }
}
