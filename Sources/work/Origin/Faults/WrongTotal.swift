/// Gives the range that was asked for, and a byte more as the object's size than it has.
package struct WrongTotal: Fault {
    package static let help = (form: "wrong-total", text: "206 with a total that does not fit")

    package init() {}

    package init?(parsing text: String) {
        guard text == "wrong-total" else { return nil }
    }

    package func alter(_ request: inout Request) { request.range = request.range ?? .from(0, through: nil) }

    package func alter(_ answer: inout Answer) {
        guard answer.status == 206 else { return }
        answer.headers["Content-Range"] = Answer.contentRange(answer.range, of: answer.range.upperBound + 1)
    }
}
