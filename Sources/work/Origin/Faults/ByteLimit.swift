internal import Records

/// Where in the body a fault strikes: after so many bytes, or after a share of it.
package struct ByteLimit: Equatable, Sendable {
    private enum Place: Equatable, Sendable {
        case bytes(Int64)
        case percent(Int64)
    }

    private let place: Place

    /// - Parameter bytes: nil for half-way.
    package init(_ bytes: Int64?) { place = bytes.map { .bytes($0) } ?? .percent(50) }

    static let half = ByteLimit(nil)

    /// Reads a number of bytes (`100`, `64k`), a share (`99%`), or half-way where nothing stands.
    init?(parsing text: String) {
        if text.isEmpty {
            self = .half
        } else if text.hasSuffix("%") {
            guard let percent = Int64(text.dropLast()), (0...100).contains(percent) else { return nil }
            place = .percent(percent)
        } else {
            guard let bytes = ByteCount(parsing: text)?.value else { return nil }
            place = .bytes(bytes)
        }
    }

    func resolved(in answer: Answer) -> Int64 {
        switch place {
        case .bytes(let count): min(count, answer.bodySize)
        case .percent(let percent): answer.bodySize / 100 * percent + answer.bodySize % 100 * percent / 100
        }
    }
}
