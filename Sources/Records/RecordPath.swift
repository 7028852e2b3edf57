/// The rule for `path`: relative, below the output folder, with no component that is empty, `.` or `..`.
package enum RecordPath {
    /// What is wrong with a path, as it ends a sentence that begins with the path; nil where it is good.
    package static func problem(of path: UnsafeRawBufferPointer) -> String? {
        if path.isEmpty { return "is empty" }
        if path.first == UInt8(ascii: "/") { return "is not relative" }
        if path.contains(0) { return "holds a NUL byte" }
        for component in path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            if component.isEmpty { return "has an empty component" }
            if component.elementsEqual(".".utf8) { return "has a component '.'" }
            if component.elementsEqual("..".utf8) { return "has a component '..'" }
        }
        return nil
    }
}
