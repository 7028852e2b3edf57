/// Resets the connection: in place of an answer, or within the body.
package struct Reset: Fault {
    package static let help = (form: "reset[=BYTES]", text: "resets after BYTES (in place of an answer)")

    private let limit: ByteLimit?

    /// - Parameter bytes: where to reset; nil for no answer at all.
    package init(after bytes: Int64? = nil) { limit = bytes.map { ByteLimit($0) } }

    package init?(parsing text: String) {
        guard let argument = Self.argument(of: "reset", in: text), let limit = ByteLimit(parsing: argument) else {
            return nil
        }
        self.limit = argument.isEmpty ? nil : limit
    }

    package func alter(_ answer: inout Answer) { answer.ending = .reset(after: limit?.resolved(in: answer)) }
}
