/// Answers with another range than the one asked for, and says so in `Content-Range`; also where none was asked for.
package struct WrongRange: Fault {
    package static let help = (form: "wrong-range", text: "206 with another start than asked for")

    package init() {}

    package init?(parsing text: String) {
        guard text == "wrong-range" else { return nil }
    }

    package func alter(_ request: inout Request) {
        // From half of it: who appends without looking has doubled bytes. To who asked for no range, all but one byte.
        guard case .from(let first, let last) = request.range, first > 0 else {
            request.range = .from(1, through: nil)
            return
        }
        request.range = .from(first / 2, through: last)
    }
}
