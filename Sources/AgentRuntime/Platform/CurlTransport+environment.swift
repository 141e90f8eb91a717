internal import Glibc

extension CurlTransport.Options {
    /// What the environment says, as the curl program reads it: proxies, and in `CURL_CA_BUNDLE` or `SSL_CERT_FILE` the
    /// certificates to trust instead of the system's.
    package static var ofEnvironment: CurlTransport.Options {
        let files = ["CURL_CA_BUNDLE", "SSL_CERT_FILE"].compactMap { (name: String) -> String? in
            getenv(name).map { String(cString: $0) }
        }
        return CurlTransport.Options(certificateFile: files.first { !$0.isEmpty })
    }
}
