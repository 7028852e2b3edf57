package import Records

/// What one run may bring at most: after that it takes no more lines, and what runs comes to its end.
package struct Quota: Sendable {
    private let files: Int?
    private let bytes: Int64?
    /// Unix seconds.
    private let until: Double?

    package init(files: Int? = nil, bytes: ByteCount? = nil, until: Double? = nil) {
        self.files = files
        self.bytes = bytes?.value
        self.until = until
    }

    /// Whether one more file may be begun besides those that are fetched or under way.
    func hasRoom(files begun: Int) -> Bool { files.map { begun < $0 } ?? true }

    /// What is used up, in words; nil where nothing is.
    func exhausted(files fetched: Int, bytes received: @autoclosure () -> Int64, now: Double) -> String? {
        if let files, fetched >= files { return "\(fetched) files are fetched (--max-files)" }
        if let bytes, received() >= bytes { return "\(ByteCount(bytes)) are fetched (--max-bytes)" }
        if let until, now >= until { return "the time of --until has come" }
        return nil
    }
}
