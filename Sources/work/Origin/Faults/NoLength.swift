/// Tells no length, and closes the connection within the body, as if that were its end.
package struct NoLength: Fault {
    package static let help = (form: "no-length[=BYTES]", text: "the same, as if the end were there")

    private let limit: ByteLimit

    package init?(parsing text: String) {
        guard let limit = Self.argument(of: "no-length", in: text).flatMap(ByteLimit.init(parsing:)) else { return nil }
        self.limit = limit
    }

    package func alter(_ answer: inout Answer) {
        answer.framing = .close
        answer.ending = .close(after: limit.resolved(in: answer))
    }
}
