/// A pattern in which `*` stands for any characters, none included, and `?` for exactly one; `\` before either of them
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
