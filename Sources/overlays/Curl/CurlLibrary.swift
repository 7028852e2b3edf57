internal import CCurl

/// The libcurl that runs, which need not be the one that was compiled with.
package enum CurlLibrary {
    /// It and what it works with, as curl(1) prints it: `libcurl/7.88.1 OpenSSL/3.0.17 … nghttp2/1.52.0`. HTTP/2 is
    /// nghttp2's.
    package static let version = unsafe String(cString: curl_version())
}
