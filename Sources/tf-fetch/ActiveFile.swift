import POSIX
import ToolSupport

/// A file that says what is running now: replaced whole each time, gone when nothing runs any more.
final class ActiveFile: ProgressSink {
    private let folder: Folder
    private let path: String
    private let name: String
    private let diagnostics: Diagnostics
    private var hasComplained = false

    init(_ path: String, _ diagnostics: Diagnostics) throws(SystemError) {
        self.path = path
        self.diagnostics = diagnostics
        let components = path.split(separator: "/", omittingEmptySubsequences: false)
        name = String(components.last ?? "")
        let above = components.dropLast().joined(separator: "/")
        folder = try Folder(components.count == 1 ? "." : above.isEmpty ? "/" : above)
    }

    func take(_ text: String) {
        do throws(SystemError) { try replace(Array(text.utf8)) } catch {
            if !hasComplained { diagnostics.say("cannot write '\(path)': \(error): it does not show what is running") }
            hasComplained = true
        }
    }

    /// Whoever reads it has the old file or the new one.
    private func replace(_ bytes: [UInt8]) throws(SystemError) {
        let made = name + ".new"
        // A crash may have left one.
        if try folder.status(made) != nil { try folder.remove(made) }
        let file = try folder.open(made, .creating)
        try bytes.withUnsafeBufferPointer { buffer throws(SystemError) in
            try file.write(UnsafeRawBufferPointer(buffer), at: 0)
        }
        try folder.rename(made, to: name)
    }

    func takeLast(_: String) { try? folder.remove(name) }
}
