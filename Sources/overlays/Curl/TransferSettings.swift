internal import CCurl

/// What is the same for every request of a handle.
package struct TransferSettings: Sendable {
    package var userAgent: String
    /// Seconds to set up a connection, for a whole transfer, and for one that brings fewer than `stallSpeed` bytes a
    /// second.
    package var connectTimeout: Double
    package var wholeTimeout: Double
    package var stallTimeout: Double
    package var stallSpeed: Int64
    package var trust = TrustSettings()
    /// Whether the environment may name a proxy. Where it does not, libcurl need not look for one at each request.
    package var hasProxy = true
    package var httpVersion = HTTPVersion.any
    package var addressFamily = AddressFamily.any
    /// Bytes that are taken from a connection in one go, at most.
    package var bufferSize = Self.largeBuffer

    /// For large files: half the system calls and twice the speed of libcurl's 16 KiB.
    package static let largeBuffer = 256 * 1024
    /// For small ones: memory that is not used again costs more than it brings.
    package static let smallBuffer = 64 * 1024

    /// The variables that name a proxy to libcurl, for the schemes that are used (CURLOPT_PROXY(3)).
    package static let proxyVariables = ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]

    /// Which HTTP is spoken. `any`: HTTP/2 where TLS agrees on it, else HTTP/1.1.
    package enum HTTPVersion: String, CaseIterable, Sendable {
        case any
        case one = "1.1"
        case two = "2"

        var curl: Int {
            switch self {
            case .any: CURL_HTTP_VERSION_2TLS
            case .one: CURL_HTTP_VERSION_1_1
            case .two: CURL_HTTP_VERSION_2_0
            }
        }
    }

    /// Which addresses of a name are used.
    package enum AddressFamily: Sendable {
        case any, ipv4, ipv6

        var curl: Int {
            switch self {
            case .any: Int(CURL_IPRESOLVE_WHATEVER)
            case .ipv4: Int(CURL_IPRESOLVE_V4)
            case .ipv6: Int(CURL_IPRESOLVE_V6)
            }
        }
    }

    package init(
        userAgent: String, connectTimeout: Double, wholeTimeout: Double, stallTimeout: Double, stallSpeed: Int64
    ) {
        self.userAgent = userAgent
        self.connectTimeout = connectTimeout
        self.wholeTimeout = wholeTimeout
        self.stallTimeout = stallTimeout
        self.stallSpeed = stallSpeed
    }
}

/// One request. `url` may hold a signature: it goes to libcurl and nowhere else.
package struct TransferRequest {
    package var url: [UInt8]
    package var method = Method.get
    /// Header lines beyond the usual ones, such as `If-Range: "…"`.
    package var headers: [String] = []
    /// Ask from this byte on.
    package var offset: Int64 = 0
    /// Ask for the bytes before this one; nil: up to the end.
    package var end: Int64?
    /// Seconds for the whole request; at most what the settings say.
    package var timeout: Double?
    /// No connection that is open already, and the name looked up again: a try after a failure should not meet the same
    /// trouble again.
    package var freshConnection = false
    /// A connection that brings nothing else meanwhile: streams of one HTTP/2 connection share its window and its
    /// limits, and one thread decrypts them all. So HTTP/1.1 is spoken, unless the settings name a version.
    package var ownConnection = false

    /// Bytes that are taken from the connection in one go; at most what the settings say.
    package var bufferSize = TransferSettings.largeBuffer

    package init(url: [UInt8]) { self.url = url }

    /// What is asked for, with the body that goes along. A body may be a secret, too.
    package enum Method: Equatable, Sendable {
        case get
        case post([UInt8])
        /// Without a body.
        case put
    }
}

extension StringProtocol {
    /// Whether it can be one word of a header line, as a token is: visible ASCII, and not empty.
    package var isHeaderWord: Bool { !isEmpty && utf8.allSatisfy { (0x21..<0x7F).contains($0) } }
}
