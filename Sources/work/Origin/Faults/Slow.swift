internal import Records

/// Sends the body drop by drop.
package struct Slow: Fault {
    package static let help = (form: "slow=BYTES", text: "sends so many bytes a second")

    private let rate: Int64

    package init?(parsing text: String) {
        guard let rate = Self.argument(of: "slow", in: text).flatMap({ ByteCount(parsing: $0) })?.value, rate > 0
        else { return nil }
        self.rate = rate
    }

    package func alter(_ answer: inout Answer) { answer.rate = Double(rate) }
}
