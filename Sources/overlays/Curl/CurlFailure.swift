internal import CCurl

/// Why a transfer ended without a whole answer: libcurl's codes, grouped by what can be done about them.
package enum CurlFailure: Error, Equatable, Sendable {
    /// The name did not resolve, the connection was refused, reset or closed before its end.
    case connection(String)
    /// Certificates and protocol.
    case tls(String)
    /// The connection ended before as many bytes had come as were promised, or within a chunk.
    case partial
    /// Too long, or too slow for too long: which of them, the caller's clock tells.
    case timedOut
    /// The receiver of the body asked to stop.
    case stoppedByReceiver
    /// An answer that is no HTTP.
    case protocolViolation(String)
    /// A URL that libcurl does not take.
    case badURL
    /// Anything else, in libcurl's words.
    case other(String)

    init?(_ code: CURLcode) {
        let words = unsafe String(cString: curl_easy_strerror(code))
        switch code {
        case CURLE_OK: return nil
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT, CURLE_RECV_ERROR,
            CURLE_SEND_ERROR, CURLE_GOT_NOTHING, CURLE_PROXY:
            self = .connection(words)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_USE_SSL_FAILED, CURLE_SSL_INVALIDCERTSTATUS:
            self = .tls(words)
        case CURLE_PARTIAL_FILE: self = .partial
        case CURLE_OPERATION_TIMEDOUT: self = .timedOut
        case CURLE_WRITE_ERROR, CURLE_ABORTED_BY_CALLBACK: self = .stoppedByReceiver
        case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLE_HTTP2, CURLE_HTTP2_STREAM:
            self = .protocolViolation(words)
        // The URL's protocol was looked at before: it is the answer that is no HTTP, or HTTP/0.9.
        case CURLE_UNSUPPORTED_PROTOCOL: self = .protocolViolation("it is no HTTP")
        case CURLE_URL_MALFORMAT: self = .badURL
        default: self = .other(words)
        }
    }
}
