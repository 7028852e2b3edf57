/// Goes silent within the body, and keeps the connection open until the client leaves.
package struct Stall: Fault {
    package static let help = (form: "stall[=BYTES]", text: "is silent after BYTES (half of the body)")

    private let limit: ByteLimit

    /// - Parameter bytes: where to go silent; nil for half-way.
    package init(after bytes: Int64? = nil) { limit = ByteLimit(bytes) }

    package init?(parsing text: String) {
        guard let limit = Self.argument(of: "stall", in: text).flatMap(ByteLimit.init(parsing:)) else { return nil }
        self.limit = limit
    }

    package func alter(_ answer: inout Answer) { answer.ending = .stall(after: limit.resolved(in: answer)) }
}
