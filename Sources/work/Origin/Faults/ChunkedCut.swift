/// Tells no length, and closes the connection before the last chunk.
package struct ChunkedCut: Fault {
    package static let help = (form: "chunked-cut[=BYTES]", text: "the same, with chunks and no length")

    private let limit: ByteLimit

    /// - Parameter bytes: where to cut; nil for half-way.
    package init(after bytes: Int64? = nil) { limit = ByteLimit(bytes) }

    package init?(parsing text: String) {
        guard let limit = Self.argument(of: "chunked-cut", in: text).flatMap(ByteLimit.init(parsing:)) else {
            return nil
        }
        self.limit = limit
    }

    package func alter(_ answer: inout Answer) {
        answer.framing = .chunked
        answer.ending = .close(after: limit.resolved(in: answer))
    }
}
