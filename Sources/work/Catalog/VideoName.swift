/// What the old tables say about where a video is: `mp4:FOLDER/NAME` or `mp4:FOLDER/SUB/NAME`. One value takes the
/// names of many segments, one after the other.
struct VideoName {
    /// Without `mp4:`, and without a slash at the start.
    private(set) var path: ArraySlice<UInt8> = []
    private var text: [UInt8] = []

    /// Takes the name of a segment. False where it has no video: the text is absent, does not begin with `mp4:`, or has
    /// nothing behind it.
    mutating func take(_ row: any RowSource) throws(RowProblem) -> Bool {
        path = []
        text.removeAll(keepingCapacity: true)
        guard try row.append(.video, to: &text), text.starts(with: "mp4:".utf8), text.count > 4 else { return false }
        path = text[4...].drop { $0 == UInt8(ascii: "/") }
        return true
    }

    /// The first component; empty where the name is the only one.
    var folder: ArraySlice<UInt8> { path.firstIndex(of: UInt8(ascii: "/")).map { path[..<$0] } ?? [] }

    /// The last component.
    var name: ArraySlice<UInt8> { path.lastIndex(of: UInt8(ascii: "/")).map { path[($0 + 1)...] } ?? path }
}
