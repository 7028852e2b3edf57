internal import CCurl

/// The libcurl that runs, which need not be the one that was compiled with.
package enum CurlLibrary {
    /// It and what it works with, in the form of curl(1): `libcurl/7.88.1 OpenSSL/3.0.17 zlib/1.2.13 nghttp2/1.52.0`.
    /// HTTP/2 is nghttp2's.
    ///
    /// Not by `curl_version`: that starts LDAP, 5 million instructions.
    package static let version: String = {
        let info = unsafe curl_version_info(CURLVERSION_SIXTH)!.pointee
        let parts = unsafe [
            ("libcurl/", info.version), ("", info.ssl_version), ("zlib/", info.libz_version),
            ("nghttp2/", info.nghttp2_version),
        ]
        return unsafe parts.compactMap { name, version in unsafe version.map { unsafe name + String(cString: $0) } }
            .joined(separator: " ")
    }()
}
