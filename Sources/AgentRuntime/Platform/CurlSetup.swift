// What an easy handle is told of a call, and the memory that it needs meanwhile.

internal import CCurl
internal import CLinux
internal import Glibc

/// The options of one call on one easy handle.
///
/// What all calls of a transport have in common is set once on each handle (`prepare`). A call sets what is its own, and
/// takes it back in the end (`clear`); after one that is unlike the others its handle is prepared anew.
struct CurlSetup {
    let easy: UnsafeMutableRawPointer
    /// Whether it set nothing that the next call does not set too, or that `clear` does not take back.
    private let isUsual: Bool
    private let lines: UnsafeMutablePointer<curl_slist>?
    private let errorBuffer: UnsafeMutablePointer<CChar>

    private static let forbiddenHeaders = ["content-length", "transfer-encoding", "host", "connection"]

    /// Refuses what could be read as another request: RFC 9110 §5.1, §5.5 and §9.1.
    static func check(_ call: HTTPCall, _ url: HTTPURL) throws(HTTPTransportError) {
        func isToken(_ text: String) -> Bool { !text.isEmpty && text.utf8.allSatisfy(isTokenByte) }
        var wrong: String?
        if !isToken(call.method) { wrong = "its method" }
        for field in call.headers {
            let isValue = field.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
            if !isToken(field.name) || !isValue || forbiddenHeaders.contains(where: field.isNamed) {
                wrong = "one of its headers"
            }
        }
        if let wrong { throw HTTPTransportError(.invalidCall, host: url.host, detail: wrong) }
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case 0x21...0x7E: !"\"(),/:;<=>?@[\\]{}".utf8.contains(byte)
        default: false
        }
    }

    /// `nil` when memory is out.
    init?(
        _ call: HTTPCall,
        _ url: HTTPURL,
        easy: UnsafeMutableRawPointer,
        userAgent: String,
        owner: CurlTransfer
    ) {
        self.easy = easy
        let hasEncoding = call.has("accept-encoding")
        isUsual =
            (call.method == "POST" || call.method == "GET" && call.body == nil) && call.mayConnect == nil
            && call.mayArriveTwice && !hasEncoding
        errorBuffer = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        var texts = call.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        // Never ask a server to confirm before the body is sent, nor guess a body's type.
        if !call.has("expect") { texts.append("Expect:") }
        if !call.has("content-type") { texts.append("Content-Type:") }
        if !call.has("user-agent") { texts.append("User-Agent: \(userAgent)") }
        var lines: UnsafeMutablePointer<curl_slist>?
        for text in texts {
            guard let longer = curl_slist_append(lines, text) else {
                curl_slist_free_all(lines)
                errorBuffer.deallocate()
                return nil
            }
            lines = longer
        }
        self.lines = lines
        setContext(Unmanaged.passUnretained(owner).toOpaque())
        _ = ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorBuffer)
        setRequest(call, url)
        setConnection(call, url)
        if hasEncoding { _ = ccurl_set_text(easy, CURLOPT_ACCEPT_ENCODING, nil) }
    }

    /// Makes the handle ready for the next call, after it was taken from its multi handle.
    func clear(_ options: CurlTransport.Options) {
        guard isUsual else {
            curl_easy_reset(easy)
            return CurlSetup.prepare(easy, options)
        }
        _ = ccurl_set_pointer(easy, CURLOPT_HTTPHEADER, nil)
        _ = ccurl_set_bytes(easy, CURLOPT_POSTFIELDS, nil)
        setContext(nil)
        _ = ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, nil)
    }

    /// After the handle was taken from its multi handle and cleared.
    func free() {
        curl_slist_free_all(lines)
        errorBuffer.deallocate()
    }

    /// The system's error number of a connection that could not be made.
    var systemError: Int32 {
        var number = 0
        _ = ccurl_get_long(easy, CURLINFO_OS_ERRNO, &number)
        return Int32(truncatingIfNeeded: number)
    }

    /// What the library says of a failed handshake; it names certificates, never what was sent.
    var errorText: String { String(cString: errorBuffer) }

    private func setRequest(_ call: HTTPCall, _ url: HTTPURL) {
        _ = ccurl_set_text(easy, CURLOPT_URL, url.text)
        _ = ccurl_set_pointer(easy, CURLOPT_HTTPHEADER, lines)
        let needsBody = ["POST", "PUT", "PATCH"].contains(call.method)
        if let body = call.body ?? (needsBody ? [] : nil) {
            _ = ccurl_set_long(easy, CURLOPT_POST, 1)
            _ = ccurl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
            // The library copies the bytes here.
            body.withUnsafeBytes { bytes in
                let empty: StaticString = ""
                _ = ccurl_set_bytes(
                    easy,
                    CURLOPT_COPYPOSTFIELDS,
                    bytes.baseAddress ?? UnsafeRawPointer(empty.utf8Start)
                )
            }
            if call.method != "POST" { _ = ccurl_set_text(easy, CURLOPT_CUSTOMREQUEST, call.method) }
        } else if call.method == "HEAD" {
            _ = ccurl_set_long(easy, CURLOPT_NOBODY, 1)
        } else {
            _ = ccurl_set_long(easy, CURLOPT_HTTPGET, 1)
            if call.method != "GET" { _ = ccurl_set_text(easy, CURLOPT_CUSTOMREQUEST, call.method) }
        }
    }

    private func setConnection(_ call: HTTPCall, _ url: HTTPURL) {
        // A call over TLS waits for a connection that may turn out to carry several at once (HTTP/2).
        _ = ccurl_set_long(easy, CURLOPT_PIPEWAIT, url.scheme == "https" ? 1 : 0)
        if !call.mayArriveTwice { _ = ccurl_set_long(easy, CURLOPT_FRESH_CONNECT, 1) }
        // Ours comes first; the library shares this among the addresses of a name.
        let milliseconds = max(1, call.deadlines.connect.wholeNanoseconds / 1_000_000)
        _ = ccurl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Int(min(milliseconds, 3_600_000)))
        if call.mayConnect != nil { _ = ccurl_set_text(easy, CURLOPT_PROXY, "") }
    }

    /// Sets what every call has.
    static func prepare(_ easy: UnsafeMutableRawPointer, _ options: CurlTransport.Options) {
        _ = ccurl_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        _ = ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        _ = ccurl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1)
        _ = ccurl_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        _ = ccurl_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        // Without this, ending a call waits for the thread that still resolves its name.
        _ = ccurl_set_long(easy, CURLOPT_QUICK_EXIT, 1)
        _ = ccurl_set_text(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate")
        _ = ccurl_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1)
        _ = ccurl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2)
        _ = ccurl_set_long(easy, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let file = options.certificateFile { _ = ccurl_set_text(easy, CURLOPT_CAINFO, file) }
        switch options.proxy {
        case .environment: break
        case .none: _ = ccurl_set_text(easy, CURLOPT_PROXY, "")
        case .url(let proxy): _ = ccurl_set_text(easy, CURLOPT_PROXY, proxy)
        }
        setCallbacks(easy)
    }

    private func setContext(_ context: UnsafeMutableRawPointer?) {
        for option in [CURLOPT_HEADERDATA, CURLOPT_WRITEDATA, CURLOPT_PREREQDATA, CURLOPT_OPENSOCKETDATA] {
            _ = ccurl_set_pointer(easy, option, context)
        }
    }

    private static func setCallbacks(_ easy: UnsafeMutableRawPointer) {
        _ = ccurl_set_data_callback(easy, CURLOPT_HEADERFUNCTION) { data, size, count, context in
            guard let transfer = CurlSetup.transfer(context) else { return 0 }
            return transfer.headerLine(UnsafeRawBufferPointer(start: data, count: size * count))
        }
        _ = ccurl_set_data_callback(easy, CURLOPT_WRITEFUNCTION) { data, size, count, context in
            guard let transfer = CurlSetup.transfer(context) else { return 0 }
            return switch transfer.bodyBytes(UnsafeRawBufferPointer(start: data, count: size * count)) {
            case .all: size * count
            case .later: Int(CURL_WRITEFUNC_PAUSE)
            case .failed: Int(CURL_WRITEFUNC_ERROR)
            }
        }
        _ = ccurl_set_before_request(easy) { context, address, _, _, _ in
            guard let transfer = CurlSetup.transfer(context) else { return CURL_PREREQFUNC_ABORT }
            let isAllowed = transfer.willSend { address.flatMap { IPAddress(String(cString: $0)) } }
            return isAllowed ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
        }
        _ = ccurl_set_open_socket(easy) { context, _, address in
            guard let transfer = CurlSetup.transfer(context), let address, let pointer = ccurl_address(address)
            else { return CURL_SOCKET_BAD }
            let details = address.pointee
            let mayOpen = transfer.mayOpen { IPAddress(pointer, length: Int(details.addrlen)) }
            guard mayOpen else { return CURL_SOCKET_BAD }
            return socket(details.family, details.socktype | clinux_socket_close_on_exec, details.protocol)
        }
    }

    private static func transfer(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
        context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
    }
}

extension HTTPCall {
    fileprivate func has(_ header: String) -> Bool { headers.contains { $0.isNamed(header) } }
}
