/// The `Resource` of a policy. Its wildcards match within a section of the URL (protocol, domain, path, query); a `*`
/// at the end of the path covers the query too.
struct ResourcePattern: Equatable {
    private let scheme: Wildcard
    private let domain: Wildcard
    private let path: Wildcard
    /// Nil where a URL must have no query.
    private let query: Wildcard?
    private let coversEverything: Bool

    init(_ text: String) {
        coversEverything = text == "*"
        let (beforeQuery, query) = text.cut(at: #"\?"#)
        let (scheme, rest) = beforeQuery.cut(at: "://")
        let (domain, path) = (rest ?? "").cut(at: "/")
        self.scheme = Wildcard(scheme)
        self.domain = Wildcard(domain)
        self.path = Wildcard(path ?? "")
        self.query = query.map { Wildcard($0) } ?? (path?.hasSuffix("*") == true ? Wildcard("*") : nil)
    }

    func matches(_ url: String) -> Bool {
        if coversEverything { return true }
        let (beforeQuery, query) = url[...].cut(at: "?")
        let (scheme, rest) = beforeQuery.cut(at: "://")
        let (domain, path) = (rest ?? "").cut(at: "/")
        guard self.scheme.matches(scheme), self.domain.matches(domain), self.path.matches(path ?? "") else {
            return false
        }
        guard let pattern = self.query else { return query == nil }
        return pattern.matches(query ?? "")
    }
}

extension StringProtocol where SubSequence == Substring {
    /// What is before and after the first occurrence of a mark; nil after it where it does not occur.
    fileprivate func cut(at mark: String) -> (Substring, Substring?) {
        let parts = self[...].split(separator: mark, maxSplits: 1, omittingEmptySubsequences: false)
        return (parts[0], parts.count == 2 ? parts[1] : nil)
    }
}

/// A pattern in which `*` matches any characters, none included, and `?` for exactly one; `\` before either of them
/// takes it as it is. CloudFront's policies and the fault script write patterns this way.
package struct Wildcard: Equatable, Sendable {
    private enum Piece: Equatable {
        case any, one
        case literal(UInt8)
    }

    private let pieces: [Piece]

    package init(_ pattern: some StringProtocol) {
        var pieces: [Piece] = []
        var rest = Array(pattern.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "*"): pieces.append(.any)
            case UInt8(ascii: "?"): pieces.append(.one)
            case UInt8(ascii: "\\"): pieces.append(.literal(rest.popFirst() ?? byte))
            default: pieces.append(.literal(byte))
            }
        }
        self.pieces = pieces
    }

    package func matches(_ text: some StringProtocol) -> Bool {
        let text = Array(text.utf8)
        var (piece, position) = (0, 0)
        // The last `*`, and how far it reaches: to go back to when what follows it does not match. Going back to the
        // last one alone is enough, and keeps the time within the product of both lengths.
        var retry: (piece: Int, position: Int)?
        while position < text.count {
            if piece < pieces.count, pieces[piece] == .any {
                retry = (piece, position)
                piece += 1
            } else if piece < pieces.count, pieces[piece] == .one || pieces[piece] == .literal(text[position]) {
                piece += 1
                position += 1
            } else if let star = retry {
                retry = (star.piece, star.position + 1)
                (piece, position) = (star.piece + 1, star.position + 1)
            } else {
                return false
            }
        }
        return pieces[piece...].allSatisfy { $0 == .any }
    }
}
