internal import Records

/// Header lines that the user wants in each request, as curl's `--header @FILE` takes them: `Name: value`. They may be
/// secrets, so no message repeats one.
package struct OwnHeaders: Sendable, CustomStringConvertible {
    private struct Line: Sendable {
        /// In small letters.
        let name: String
        let text: String
    }

    private let lines: [Line]

    package init() { lines = [] }

    package var description: String { "\(lines.count) header lines" }

    package func has(_ name: String) -> Bool { lines.contains { $0.name == name } }

    private static let most = 100

    /// What would change what is asked for, or how the answer comes, by who decides that.
    private static let refused: [String: String] = [
        "host": "the URL says it", "range": "tf-fetch asks for ranges itself",
        "user-agent": "give --user-agent", "accept-encoding": "a video that comes compressed would not be whole",
        "proxy-authorization": "name the proxy with its user in https_proxy",
    ]
    private static let ofConnection: Set<String> = [
        "connection", "content-length", "expect", "keep-alive", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade", "http2-settings",
    ]

    /// Reads a file of them. Blank lines are passed over.
    package init(_ text: [UInt8]) throws(OwnHeadersError) {
        var lines: [Line] = []
        for (index, bytes) in text.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let bytes = bytes.last == 0x0D ? bytes.dropLast() : bytes
            guard bytes.contains(where: { $0 != 0x20 && $0 != 0x09 }) else { continue }
            let line = try Self.line(bytes, number: index + 1)
            if line.name == "authorization" || line.name == "cookie", lines.contains(where: { $0.name == line.name }) {
                throw OwnHeadersError(line: index + 1, reason: "there is a second '\(line.name)'")
            }
            lines.append(line)
            guard lines.count <= Self.most else {
                throw OwnHeadersError(line: index + 1, reason: "there are more than \(Self.most) headers")
            }
        }
        guard !lines.isEmpty else { throw OwnHeadersError(line: 1, reason: "there is no header") }
        self.lines = lines
    }

    private static func line(_ bytes: ArraySlice<UInt8>, number: Int) throws(OwnHeadersError) -> Line {
        // What is not a header may be a secret that was put on a line of its own: it is not repeated.
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > bytes.startIndex,
            bytes[..<colon].allSatisfy(isToken)
        else { throw OwnHeadersError(line: number, reason: "this is not 'Name: value'") }
        let name = String(decoding: bytes[..<colon], as: UTF8.self).lowercased()
        if let remedy = refused[name] {
            throw OwnHeadersError(line: number, reason: "'\(name)' cannot be set: \(remedy)")
        }
        if ofConnection.contains(name) {
            throw OwnHeadersError(line: number, reason: "'\(name)' cannot be set: it is the connection's own")
        }
        if name.hasPrefix("if-") {
            throw OwnHeadersError(line: number, reason: "'\(name)' cannot be set: tf-fetch sets conditions itself")
        }
        guard bytes.allSatisfy({ $0 == 0x09 || $0 >= 0x20 && $0 != 0x7F }),
            let value = String(validating: bytes[(colon + 1)...], as: UTF8.self)
        else { throw OwnHeadersError(line: number, reason: "'\(name)' has a control character, or is not UTF-8") }
        let trimmed = value.trimmingPrefix { $0 == " " || $0 == "\t" }
        guard !trimmed.isEmpty else { throw OwnHeadersError(line: number, reason: "'\(name)' has no value") }
        return Line(name: name, text: "\(String(decoding: bytes[..<colon], as: UTF8.self)): \(trimmed)")
    }

    /// RFC 9110, section 5.6.2.
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    /// The lines for a request. Only the host that a record names gets them: a redirect may lead to anybody's. Where the
    /// URL has a signature of S3, or a user's name, an `Authorization` beside it would be a second one, which S3
    /// refuses.
    ///
    /// - Parameter first: the record's own URL.
    func lines(for url: VideoURL, of first: VideoURL) -> [String] {
        guard !lines.isEmpty, HostPolicy.isSameHost(first, url) else { return [] }
        let isAuthorized = url.isSigned && url.keyPairID == nil
        return lines.compactMap { isAuthorized && $0.name == "authorization" ? nil : $0.text }
    }
}

/// Why a file of headers is not taken.
package struct OwnHeadersError: Error, Equatable, CustomStringConvertible {
    let line: Int
    let reason: String

    package var description: String { "line \(line): \(reason)" }
}

/// What goes along with the requests beside what `tf-fetch` itself asks.
package struct RequestExtras: Sendable {
    package var headers = OwnHeaders()
    package var cookies: CookieJar?

    package init() {}

    /// - Parameters:
    ///   - first: the record's own URL, from which `url` may be a redirect's.
    ///   - now: Unix seconds.
    func lines(for url: VideoURL, of first: VideoURL, at now: Double) -> [String] {
        let lines = headers.lines(for: url, of: first)
        guard let cookies = cookies?.header(for: url, at: now) else { return lines }
        return lines + ["Cookie: \(cookies)"]
    }
}
