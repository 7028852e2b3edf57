/// The rule for `path`: relative, below the output folder, with no component that is empty, `.` or `..`.
package enum RecordPath {
    /// What is wrong with a path, as it ends a sentence that begins with the path; nil where it is good.
    package static func problem(of path: UnsafeRawBufferPointer) -> String? {
        if path.isEmpty { return "is empty" }
        if path.first == slash { return "is not relative" }
        // Byte by byte, with nothing allocated: every line of a catalogue of millions comes by here.
        var length = 0
        var dots = 0
        for index in 0...path.count {
            let byte = index < path.count ? path[index] : slash
            if byte == slash {
                if length == 0 { return "has an empty component" }
                if length == dots && dots <= 2 { return "has a component '\(dots == 1 ? "." : "..")'" }
                (length, dots) = (0, 0)
            } else {
                if byte == 0 { return "holds a NUL byte" }
                length += 1
                if byte == UInt8(ascii: ".") { dots += 1 }
            }
        }
        return nil
    }

    private static var slash: UInt8 { UInt8(ascii: "/") }
}
