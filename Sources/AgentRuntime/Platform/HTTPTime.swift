internal import CCurl

/// Times as HTTP writes them.
package enum HTTPTime {
    /// Seconds since 1970 of a date in any of its three forms (RFC 9110 §5.6.7), as libcurl reads it.
    ///
    /// `nil` for a text that is none.
    package static func seconds(_ text: String) -> Int64? {
        let seconds = curl_getdate(text, nil)
        return seconds < 0 ? nil : Int64(seconds)
    }
}
