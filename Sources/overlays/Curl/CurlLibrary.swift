internal import CCurl

/// The libcurl that runs, which need not be the one that was compiled with.
package enum CurlLibrary {
    /// It and what it works with, as curl(1) prints it: `libcurl/7.88.1 OpenSSL/3.0.17 … nghttp2/1.52.0`. HTTP/2 is
    /// nghttp2's.
    package static let version = unsafe String(cString: curl_version())
}

/// A moment in an HTTP header (RFC 9110, section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
package enum HTTPDate {
    /// Unix seconds; nil for what libcurl does not take for a date.
    package static func parse(_ text: String) -> Int64? {
        let time = unsafe curl_getdate(text, nil)
        return time < 0 ? nil : Int64(time)
    }
}
