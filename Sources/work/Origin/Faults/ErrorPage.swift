/// An error that says 200: a page of HTML, long enough to pass for a small video by its length.
package struct ErrorPage: Fault {
    package static let help = (form: "error-page", text: "200 with a page of HTML of 12 KiB")

    package init() {}

    package init?(parsing text: String) {
        guard text == "error-page" else { return nil }
    }

    package func alter(_ answer: inout Answer) {
        answer = Answer(status: 200, type: "text/html; charset=utf-8", text: Self.page)
    }

    private static let page: String = {
        let head = "<!DOCTYPE html>\n<html><head><title>Error</title></head><body>\n"
        let line = "<p>An error occurred while processing your request. Please try again later.</p>\n"
        let foot = "</body></html>\n"
        return head + String(repeating: line, count: (12 * 1024 - head.utf8.count) / line.utf8.count) + foot
    }()
}
