/// Answers a request for a range with the whole object.
package struct IgnoreRange: Fault {
    package static let help = (form: "ignore-range", text: "200 and all of it, whatever is asked for")

    package init() {}

    package init?(parsing text: String) {
        guard text == "ignore-range" else { return nil }
    }

    package func alter(_ request: inout Request) { request.range = nil }
}
