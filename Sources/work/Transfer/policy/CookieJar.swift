internal import Glibc
package import POSIX
internal import Synchronization

/// Cookies in a file of Netscape's form, as `tf-sign --cookies`, curl and browsers write it. A request gets those that
/// RFC 6265, section 5.4, gives it. When the file has changed it is read again: cookies that sign for something expire.
package final class CookieJar: Sendable {
    /// A file as it was read. One that is replaced has another inode or time.
    private struct Version: Equatable {
        let inode: UInt64
        let size: Int64
        let seconds: Int
        let nanoseconds: Int

        init?(of path: String) {
            var status = stat()
            guard unsafe stat(path, &status) == 0 else { return nil }
            inode = UInt64(status.st_ino)
            size = Int64(status.st_size)
            (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        }
    }

    private struct State {
        var version: Version?
        var cookies = Cookies()
    }

    private let path: String
    private let state: Mutex<State>

    /// More than a whole library's courses take.
    private static let longest = 64 << 20

    /// A file that is not there yet is read when it is.
    package init(_ path: String) throws(CookieJarError) {
        self.path = path
        let version = Version(of: path)
        state = Mutex(State(version: version, cookies: version == nil ? Cookies() : try Self.read(path)))
    }

    private static func read(_ path: String) throws(CookieJarError) -> Cookies {
        let text: [UInt8]
        do throws(SystemError) { text = try File(reading: path).readAll(limit: longest) } catch {
            throw .unreadable(error)
        }
        return try Cookies(text)
    }

    /// The value of `Cookie`; nil where no cookie is for the URL.
    func header(for url: VideoURL, at now: Double) -> String? {
        state.withLock { state in
            let version = Version(of: path)
            // One that cannot be read now leaves what is known as it is.
            if let version, version != state.version, let cookies = try? Self.read(path) {
                (state.version, state.cookies) = (version, cookies)
            }
            return state.cookies.header(for: url, at: now)
        }
    }
}

/// Why a jar is not taken. The line itself may be a secret.
package enum CookieJarError: Error, CustomStringConvertible {
    case unreadable(SystemError)
    case line(Int)

    package var description: String {
        switch self {
        case .unreadable(let error): error.reason
        case .line(let number):
            "line \(number): it does not have the seven fields of Netscape's form, with tabs between them: "
                + "let 'tf-sign --cookies' or 'curl -c' write it"
        }
    }
}

/// Cookies by domain and path.
struct Cookies {
    private struct Cookie {
        let pair: String
        let isSecure: Bool
        let hasSubdomains: Bool
        /// Unix seconds; 0: it does not expire.
        let expires: Int64
    }

    private var byDomain: [String: [String: [Cookie]]] = [:]

    init() {}

    init(_ text: [UInt8]) throws(CookieJarError) {
        for (index, bytes) in text.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            var line = String(decoding: bytes.last == 0x0D ? bytes.dropLast() : bytes, as: UTF8.self)[...]
            // What a browser hides from scripts.
            if line.hasPrefix(Self.hidden) { line = line.dropFirst(Self.hidden.count) }
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            guard enter(line) else { throw .line(index + 1) }
        }
    }

    private static let hidden = "#HttpOnly_"

    private mutating func enter(_ line: Substring) -> Bool {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
        guard fields.count == 7 || fields.count == 6, let expires = Int64(fields[4]), fields[2].hasPrefix("/"),
            [fields[1], fields[3]].allSatisfy({ $0 == "TRUE" || $0 == "FALSE" }), !fields[5].isEmpty,
            line.utf8.allSatisfy({ $0 == 0x09 || $0 >= 0x20 && $0 != 0x7F })
        else { return false }
        let domain = (fields[0].hasPrefix(".") ? fields[0].dropFirst() : fields[0]).lowercased()
        guard !domain.isEmpty else { return false }
        let cookie = Cookie(
            pair: "\(fields[5])=\(fields.count == 7 ? fields[6] : "")", isSecure: fields[3] == "TRUE",
            hasSubdomains: fields[1] == "TRUE", expires: expires)
        byDomain[domain, default: [:]][String(fields[2]), default: []].append(cookie)
        return true
    }

    /// Those of longer paths come first.
    func header(for url: VideoURL, at now: Double) -> String? {
        guard !byDomain.isEmpty else { return nil }
        let host = String(url.host)
        var pairs: [String] = []
        for path in url.pathsOfCookies {
            for domain in Self.domains(of: host) {
                for cookie in byDomain[domain]?[path] ?? []
                where (domain == host || cookie.hasSubdomains) && (!cookie.isSecure || url.isEncrypted)
                    && (cookie.expires == 0 || Double(cookie.expires) > now)
                {
                    pairs.append(cookie.pair)
                }
            }
        }
        return pairs.isEmpty ? nil : pairs.joined(separator: "; ")
    }

    /// The host and, where it is a name, the domains that it is in.
    private static func domains(of host: String) -> [String] {
        guard host.contains(where: { $0.isLetter }), !host.hasPrefix("[") else { return [host] }
        var domains = [host]
        var rest = host[...]
        while let dot = rest.firstIndex(of: ".") {
            rest = rest[rest.index(after: dot)...]
            domains.append(String(rest))
        }
        return domains
    }
}
