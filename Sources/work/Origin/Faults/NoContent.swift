/// Says that all is well, and that there is nothing to give.
package struct NoContent: Fault {
    package static let help = (form: "204", text: "success, and no body")

    package init() {}

    package init?(parsing text: String) {
        guard text == "204" else { return nil }
    }

    package func alter(_ answer: inout Answer) { answer = Answer(status: 204, type: "video/mp4", bytes: []) }
}
