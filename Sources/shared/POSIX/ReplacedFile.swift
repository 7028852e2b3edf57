internal import Glibc

/// A file that is replaced whole each time: whoever reads it has the old one or the new one.
package final class ReplacedFile {
    private let folder: Folder
    private let name: String

    package init(_ path: String) throws(SystemError) {
        let components = path.split(separator: "/", omittingEmptySubsequences: false)
        name = String(components.last ?? "")
        guard !name.isEmpty else { throw SystemError("cannot write '\(path)'", code: EISDIR) }
        let above = components.dropLast().joined(separator: "/")
        folder = try Folder(components.count == 1 ? "." : above.isEmpty ? "/" : above)
    }

    package func replace(_ bytes: [UInt8]) throws(SystemError) {
        let made = name + ".new"
        // A crash may have left one.
        if try folder.status(made) != nil { try folder.remove(made) }
        let file = try folder.open(made, .creating)
        do throws(SystemError) {
            try unsafe bytes.withUnsafeBufferPointer { buffer throws(SystemError) in
                try unsafe file.write(UnsafeRawBufferPointer(buffer), at: 0)
            }
            try folder.rename(made, to: name)
        } catch {
            try? folder.remove(made)
            throw error
        }
    }

    package func remove() throws(SystemError) { try folder.remove(name) }
}
