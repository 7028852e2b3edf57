internal import Records

/// Where in the body a fault strikes: after so many bytes, or half-way.
package struct ByteLimit: Equatable, Sendable {
    package let bytes: Int64?

    package init(_ bytes: Int64?) { self.bytes = bytes }

    static let half = ByteLimit(nil)

    /// Reads a number of bytes (`100`, `64k`), or half-way where nothing stands.
    init?(parsing text: String) {
        guard !text.isEmpty else {
            self = .half
            return
        }
        guard let bytes = ByteCount(parsing: text)?.value else { return nil }
        self.init(bytes)
    }

    func resolved(in answer: Answer) -> Int64 { min(bytes ?? answer.bodySize / 2, answer.bodySize) }
}
