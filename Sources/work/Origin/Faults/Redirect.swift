/// Sends the client elsewhere.
package struct Redirect: Fault {
    package static let help = (form: "redirect=URL", text: "302 to a URL or a path")

    private let location: String

    package init(to location: String) { self.location = location }

    package init?(parsing text: String) {
        guard let location = Self.argument(of: "redirect", in: text), !location.isEmpty, location.isFieldValue else {
            return nil
        }
        self.init(to: location)
    }

    package func alter(_ answer: inout OriginAnswer) {
        answer = OriginAnswer(status: 302, type: "text/plain", text: "")
        answer.headers["Location"] = location
    }
}
