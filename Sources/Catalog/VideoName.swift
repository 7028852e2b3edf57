/// What the old tables say about where a video is: `mp4:FOLDER/NAME` or `mp4:FOLDER/SUB/NAME`.
package struct VideoName: Equatable, Sendable {
    /// Without `mp4:`, and without a slash at the start.
    package let path: String

    /// Nil where the segment has no video: the text is absent, does not begin with `mp4:`, or has nothing behind it.
    package init?(_ column: String?) {
        guard let column, column.hasPrefix("mp4:") else { return nil }
        let path = column.dropFirst(4)
        guard !path.isEmpty else { return nil }
        self.path = String(path.drop { $0 == "/" })
    }

    /// The first component; empty where the name is the only one.
    package var folder: Substring {
        path.utf8.firstIndex(of: UInt8(ascii: "/")).map { path[..<$0] } ?? ""
    }

    /// The last component.
    package var name: Substring {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[path.utf8.index(after: $0)...] } ?? path[...]
    }
}
