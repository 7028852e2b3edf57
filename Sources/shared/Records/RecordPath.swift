internal import Glibc

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
        // Searched by the C library, with nothing allocated: every line of a catalogue of millions comes by here.
        var rest = path
        while true {
            let length = rest.offset(of: slash) ?? rest.count
            let component = UnsafeRawBufferPointer(rebasing: rest.prefix(length))
            if component.offset(of: 0) != nil { return "has a NUL byte" }
            if component.isEmpty { return "has an empty component" }
            if length <= 2, component.allSatisfy({ $0 == UInt8(ascii: ".") }) {
                return "has a component '\(length == 1 ? "." : "..")'"
            }
            if length == rest.count { return nil }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(length + 1))
        }
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

extension UnsafeRawBufferPointer {
    fileprivate func offset(of byte: UInt8) -> Int? {
        guard let baseAddress, let found = memchr(baseAddress, CInt(byte), count) else { return nil }
        return UnsafeRawPointer(found) - baseAddress
    }
}
