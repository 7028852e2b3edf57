internal import CCurl
internal import Glibc

/// Why a transfer ended without a whole answer: one of libcurl's codes, by what can be done about it.
package struct CurlFailure: Error, Equatable, Sendable {
    package let kind: Kind
    /// libcurl's words, fit for a message: they contain no URL and no query.
    package let words: String

    package enum Kind: CaseIterable, Sendable {
        /// The host's name has no address.
        case unresolved
        /// The host takes no connection.
        case unconnected
        /// No network leads there: the interface, the routes.
        case noNetwork
        /// The proxy in between: its name, its connection, its refusal of a tunnel.
        case proxy
        /// The connection, or the stream on it, ended early. Bytes that came before are good (RFC 9113, sections 5.4.2
        /// and 6.8).
        case broken
        /// The connection closed before as many bytes had come as were promised, or within a chunk.
        case partial
        /// The TLS handshake was cut off: it says nothing about certificates or protocols.
        case handshakeCut
        /// The peer's certificate is not believed.
        case certificate
        /// The peer's certificate begins in the future, or this machine's clock is behind.
        case certificateNotYetValid
        /// The two have no TLS in common.
        case tlsProtocol
        /// What we brought to TLS: the file of trusted certificates, a client certificate.
        case tlsSettings
        /// Too long, or too slow for too long: which of them, the caller's clock tells.
        case timedOut
        /// The receiver of the body asked to stop.
        case stoppedByReceiver
        /// An answer that is not HTTP.
        case notHTTP
        /// The answer cannot be continued from where it was asked to.
        case noRange
        /// A URL that libcurl does not take.
        case badURL
        /// This process has no memory or no descriptors left, or libcurl was called in a wrong way.
        case process
        /// Another protocol's code, or one that a later libcurl added.
        case otherProtocol
    }

    package init(_ kind: Kind, _ words: String = "") { (self.kind, self.words) = (kind, words) }

    /// Nil for the code that says that nothing is wrong.
    ///
    /// - Parameters:
    ///   - code: a `CURLcode`.
    ///   - details: what libcurl says beyond its code (CURLOPT_ERRORBUFFER).
    ///   - systemError: the errno of the connection that failed (CURLINFO_OS_ERRNO); 0 where there is none.
    package init?(code: Int, details: String = "", systemError: Int32 = 0) {
        guard code != 0 else { return nil }
        let details = Self.harmless(details)
        let usual = Self.table.indices.contains(code) ? Self.table[code].kind : .otherProtocol
        kind = Self.refined(usual, details.lowercased(), systemError)
        words = Self.hasTellingDetails(kind) && !details.isEmpty ? details : Self.words(code)
    }

    private static func words(_ code: Int) -> String {
        switch table.indices.contains(code) ? table[code].name : "" {
        // Their own words would be "Unsupported protocol", and "Out of memory" or another of size.
        case "UNSUPPORTED_PROTOCOL": "it is not HTTP"
        case "OUT_OF_MEMORY", "TOO_LARGE": "a header line is too long"
        default: unsafe String(cString: curl_easy_strerror(CURLcode(UInt32(code))))
        }
    }

    /// What the code alone leaves open.
    private static func refined(_ kind: Kind, _ details: String, _ systemError: Int32) -> Kind {
        func tells(_ words: String...) -> Bool { words.contains { details.contains($0) } }
        switch kind {
        case .unconnected where [EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL].contains(systemError):
            return .process
        case .unconnected where [ENETUNREACH, ENETDOWN].contains(systemError): return .noNetwork
        case .broken where tells("proxy", "connect tunnel"): return .proxy
        case .broken where tells("alert") && tells("certificate"): return .tlsSettings
        case .certificate where tells("not yet valid"): return .certificateNotYetValid
        case .tlsProtocol where tells("alert", "certificate", "protocol", "version", "cipher"): return .tlsProtocol
        case .tlsProtocol where tells("reset", "eof", "syscall", "broken pipe", "aborted", "timed out", "lib(0)"):
            return .handshakeCut
        default: return kind
        }
    }

    /// Where the buffer's text says more than the code. That of others has figures which differ each time, so that no
    /// two messages would be alike.
    private static func hasTellingDetails(_ kind: Kind) -> Bool {
        switch kind {
        case .proxy, .certificate, .certificateNotYetValid, .tlsProtocol, .tlsSettings: true
        default: false
        }
    }

    /// One line of printable ASCII, without the peer's name after it, and without words that may be of a URL.
    private static func harmless(_ details: String) -> String {
        let printable = details.utf8.map { (0x20...0x7E).contains($0) ? $0 : 0x20 }
        let text = String(decoding: printable, as: UTF8.self)
        let told = text[..<(text.firstRange(of: " in connection to ")?.lowerBound ?? text.endIndex)]
        let words = told.split(separator: " ").map { word in
            word.contains { "?&=@".contains($0) } || word.contains("://") ? "…" : String(word)
        }
        return String(words.joined(separator: " ").prefix(160))
    }
}

extension CurlFailure {
    /// All codes of libcurl, in the order of their numbers (curl/curl.h, `CURLcode`), without the `CURLE_`. Those after
    /// 99 are of later versions than the oldest that we build with.
    static let table: [(name: String, kind: Kind)] = [
        ("OK", .otherProtocol),
        // The URL's protocol was checked before: it is the answer that is HTTP/0.9, or nothing of the kind.
        ("UNSUPPORTED_PROTOCOL", .notHTTP),
        ("FAILED_INIT", .process),
        ("URL_MALFORMAT", .badURL),
        ("NOT_BUILT_IN", .process),
        ("COULDNT_RESOLVE_PROXY", .proxy),
        ("COULDNT_RESOLVE_HOST", .unresolved),
        ("COULDNT_CONNECT", .unconnected),
        ("WEIRD_SERVER_REPLY", .notHTTP),
        ("REMOTE_ACCESS_DENIED", .otherProtocol),
        ("FTP_ACCEPT_FAILED", .otherProtocol),
        ("FTP_WEIRD_PASS_REPLY", .otherProtocol),
        ("FTP_ACCEPT_TIMEOUT", .otherProtocol),
        ("FTP_WEIRD_PASV_REPLY", .otherProtocol),
        ("FTP_WEIRD_227_FORMAT", .otherProtocol),
        ("FTP_CANT_GET_HOST", .otherProtocol),
        ("HTTP2", .broken),
        ("FTP_COULDNT_SET_TYPE", .otherProtocol),
        ("PARTIAL_FILE", .partial),
        ("FTP_COULDNT_RETR_FILE", .otherProtocol),
        ("OBSOLETE20", .otherProtocol),
        ("QUOTE_ERROR", .otherProtocol),
        // Only with CURLOPT_FAILONERROR, which we leave off.
        ("HTTP_RETURNED_ERROR", .otherProtocol),
        ("WRITE_ERROR", .stoppedByReceiver),
        ("OBSOLETE24", .otherProtocol),
        ("UPLOAD_FAILED", .otherProtocol),
        ("READ_ERROR", .otherProtocol),
        // Before 8.6 it says so of a header line that is longer than it takes; the system's memory is not refused, but
        // ends a process.
        ("OUT_OF_MEMORY", .notHTTP),
        ("OPERATION_TIMEDOUT", .timedOut),
        ("OBSOLETE29", .otherProtocol),
        ("FTP_PORT_FAILED", .otherProtocol),
        ("FTP_COULDNT_USE_REST", .otherProtocol),
        ("OBSOLETE32", .otherProtocol),
        ("RANGE_ERROR", .noRange),
        ("HTTP_POST_ERROR", .otherProtocol),
        ("SSL_CONNECT_ERROR", .tlsProtocol),
        ("BAD_DOWNLOAD_RESUME", .noRange),
        ("FILE_COULDNT_READ_FILE", .otherProtocol),
        ("LDAP_CANNOT_BIND", .otherProtocol),
        ("LDAP_SEARCH_FAILED", .otherProtocol),
        ("OBSOLETE40", .otherProtocol),
        ("FUNCTION_NOT_FOUND", .process),
        ("ABORTED_BY_CALLBACK", .stoppedByReceiver),
        ("BAD_FUNCTION_ARGUMENT", .process),
        ("OBSOLETE44", .otherProtocol),
        ("INTERFACE_FAILED", .noNetwork),
        ("OBSOLETE46", .otherProtocol),
        // Only with CURLOPT_FOLLOWLOCATION, which we leave off.
        ("TOO_MANY_REDIRECTS", .otherProtocol),
        ("UNKNOWN_OPTION", .process),
        ("SETOPT_OPTION_SYNTAX", .process),
        ("OBSOLETE50", .otherProtocol),
        ("OBSOLETE51", .otherProtocol),
        ("GOT_NOTHING", .broken),
        ("SSL_ENGINE_NOTFOUND", .tlsSettings),
        ("SSL_ENGINE_SETFAILED", .tlsSettings),
        ("SEND_ERROR", .broken),
        ("RECV_ERROR", .broken),
        ("OBSOLETE57", .otherProtocol),
        ("SSL_CERTPROBLEM", .tlsSettings),
        ("SSL_CIPHER", .tlsSettings),
        ("PEER_FAILED_VERIFICATION", .certificate),
        ("BAD_CONTENT_ENCODING", .notHTTP),
        ("OBSOLETE62", .otherProtocol),
        ("FILESIZE_EXCEEDED", .otherProtocol),
        ("USE_SSL_FAILED", .tlsProtocol),
        // The request is to be sent once more, on another connection.
        ("SEND_FAIL_REWIND", .broken),
        ("SSL_ENGINE_INITFAILED", .tlsSettings),
        ("LOGIN_DENIED", .otherProtocol),
        ("TFTP_NOTFOUND", .otherProtocol),
        ("TFTP_PERM", .otherProtocol),
        ("REMOTE_DISK_FULL", .otherProtocol),
        ("TFTP_ILLEGAL", .otherProtocol),
        ("TFTP_UNKNOWNID", .otherProtocol),
        ("REMOTE_FILE_EXISTS", .otherProtocol),
        ("TFTP_NOSUCHUSER", .otherProtocol),
        ("OBSOLETE75", .otherProtocol),
        ("OBSOLETE76", .otherProtocol),
        ("SSL_CACERT_BADFILE", .tlsSettings),
        ("REMOTE_FILE_NOT_FOUND", .otherProtocol),
        ("SSH", .otherProtocol),
        ("SSL_SHUTDOWN_FAILED", .broken),
        ("AGAIN", .broken),
        ("SSL_CRL_BADFILE", .tlsSettings),
        ("SSL_ISSUER_ERROR", .certificate),
        ("FTP_PRET_FAILED", .otherProtocol),
        ("RTSP_CSEQ_ERROR", .otherProtocol),
        ("RTSP_SESSION_ERROR", .otherProtocol),
        ("FTP_BAD_FILE_LIST", .otherProtocol),
        ("CHUNK_FAILED", .otherProtocol),
        ("NO_CONNECTION_AVAILABLE", .process),
        ("SSL_PINNEDPUBKEYNOTMATCH", .certificate),
        ("SSL_INVALIDCERTSTATUS", .certificate),
        ("HTTP2_STREAM", .broken),
        ("RECURSIVE_API_CALL", .process),
        // We give no user and password but the proxy's.
        ("AUTH_ERROR", .proxy),
        ("HTTP3", .broken),
        ("QUIC_CONNECT_ERROR", .unconnected),
        ("PROXY", .proxy),
        ("SSL_CLIENTCERT", .tlsSettings),
        ("UNRECOVERABLE_POLL", .process),
        // A header line that is longer than libcurl takes.
        ("TOO_LARGE", .notHTTP),
        ("ECH_REQUIRED", .tlsProtocol),
    ]
}
