/// A picture that says 200 where the video should be: what hosts show once a link is over.
package struct ExpiredImage: Fault {
    package static let help = (form: "expired-image", text: "200 with a picture of 4 KiB")

    package init() {}

    package init?(parsing text: String) {
        guard text == "expired-image" else { return nil }
    }

    package func alter(_ answer: inout Answer) {
        answer = Answer(status: 200, type: "image/png", bytes: Self.picture)
    }

    /// The signature and the head of a PNG file; what lies behind them nobody looks at.
    private static let picture: [UInt8] = {
        let head: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
        return head + [UInt8](repeating: 0x2A, count: 4096 - head.count)
    }()
}
