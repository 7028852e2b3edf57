/// The rule for `path`: relative, below the output folder, with no component that is empty, `.` or `..`, and not where
/// the suite keeps what is its own.
package enum RecordPath {
    /// What an unfinished file's name ends in.
    package static let partSuffix = ".part"
    /// The folder below the output folder in which a job keeps its state.
    package static let stateFolder = ".tf-bulk"

    /// What is wrong with a path, as it ends a sentence that begins with the path; nil where it is good.
    package static func problem(of path: UnsafeRawBufferPointer) -> String? {
        if path.isEmpty { return "is empty" }
        if path.first == slash { return "is not relative" }
        if let problem = reservation(of: path) { return problem }
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
                if byte == 0 { return "has a NUL byte" }
                length += 1
                if byte == UInt8(ascii: ".") { dots += 1 }
            }
        }
        return nil
    }

    /// What the name is kept for, as it ends a sentence that begins with the path; nil where it is free.
    package static func reservation(of path: UnsafeRawBufferPointer) -> String? {
        if path.last == UInt8(ascii: "t"), path.suffix(partSuffix.utf8.count).elementsEqual(partSuffix.utf8) {
            return "ends in '\(partSuffix)', which marks unfinished files"
        }
        if path.first == UInt8(ascii: "."), path.prefix(while: { $0 != slash }).elementsEqual(stateFolder.utf8) {
            return "is in '\(stateFolder)', where a job keeps its state"
        }
        return nil
    }

    private static var slash: UInt8 { UInt8(ascii: "/") }
}
