/// Answers 206 with the whole to who asked for no range; a range that is asked for is given.
package struct UnaskedRange: Fault {
    package static let help = (form: "unasked-range", text: "206 with all of it where no range is asked for")

    package init() {}

    package init?(parsing text: String) {
        guard text == "unasked-range" else { return nil }
    }

    package func alter(_ request: inout Request) { request.range = request.range ?? .from(0, through: nil) }
}
