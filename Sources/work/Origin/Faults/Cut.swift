/// Promises the whole body, and closes the connection before its end.
package struct Cut: Fault {
    package static let help = (form: "cut[=BYTES]", text: "closes after BYTES (half of the body)")

    private let limit: ByteLimit

    /// - Parameter bytes: where to cut; nil for half-way.
    package init(after bytes: Int64? = nil) { limit = ByteLimit(bytes) }

    package init?(parsing text: String) {
        guard let limit = Self.argument(of: "cut", in: text).flatMap(ByteLimit.init(parsing:)) else { return nil }
        self.limit = limit
    }

    package func alter(_ answer: inout Answer) { answer.ending = .close(after: limit.resolved(in: answer)) }
}
