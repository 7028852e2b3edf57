/// An error that says 200: a page of HTML, long enough to pass for a small video by its length.
package struct ErrorPage: Fault {
    package static let help = (form: "error-page", text: "200 with a page of HTML of 12 KiB")

    package init() {}

    package init?(parsing text: String) {
        guard text == "error-page" else { return nil }
    }

    package func alter(_ answer: inout OriginAnswer) {
        answer = OriginAnswer(status: 200, type: "text/html; charset=utf-8", text: Self.page)
    }

    private static let page: String = {
        let head = "<!DOCTYPE html>\n<html><head><title>Error</title></head><body>\n"
        let line = "<p>An error occurred while processing your request. Please try again later.</p>\n"
        let foot = "</body></html>\n"
        return head + String(repeating: line, count: (12 * 1024 - head.utf8.count) / line.utf8.count) + foot
    }()
}

/// A picture that says 200 where the video should be: what hosts show once a link has expired.
package struct ExpiredImage: Fault {
    package static let help = (form: "expired-image", text: "200 with a picture of 4 KiB")

    package init() {}

    package init?(parsing text: String) {
        guard text == "expired-image" else { return nil }
    }

    package func alter(_ answer: inout OriginAnswer) {
        answer = OriginAnswer(status: 200, type: "image/png", bytes: Self.picture)
    }

    /// The signature and the head of a PNG file; what follows them is never checked.
    private static let picture: [UInt8] = {
        let head: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
        return head + [UInt8](repeating: 0x2A, count: 4096 - head.count)
    }()
}

/// Says that all is well, and that there is nothing to give.
package struct NoContent: Fault {
    package static let help = (form: "204", text: "success, and no body")

    package init() {}

    package init?(parsing text: String) {
        guard text == "204" else { return nil }
    }

    package func alter(_ answer: inout OriginAnswer) {
        answer = OriginAnswer(status: 204, type: "video/mp4", bytes: [])
    }
}
