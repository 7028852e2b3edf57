internal import CCurl

/// A moment in an HTTP header (RFC 9110, section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
package enum HTTPDate {
    /// Unix seconds; nil for what libcurl takes for no date.
    package static func parse(_ text: String) -> Int64? {
        let time = unsafe curl_getdate(text, nil)
        return time < 0 ? nil : Int64(time)
    }
}
