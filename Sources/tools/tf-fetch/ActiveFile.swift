import POSIX
import ToolSupport

/// A file that says what is running now: replaced whole each time, gone when nothing runs any more.
final class ActiveFile: ProgressSink {
    private let file: ReplacedFile
    private let path: String
    private let diagnostics: Diagnostics
    private var hasComplained = false

    init(_ path: String, _ diagnostics: Diagnostics) throws(SystemError) {
        self.path = path
        self.diagnostics = diagnostics
        file = try ReplacedFile(path)
    }

    func take(_ text: String) {
        do throws(SystemError) { try file.replace(Array(text.utf8)) } catch {
            if !hasComplained { diagnostics.say("cannot write '\(path)': \(error): it does not show what is running") }
            hasComplained = true
        }
    }

    func takeLast(_: String) { try? file.remove() }
}
