import Glibc
import POSIX
import ToolSupport
import Transfer

/// Takes what a renderer has written.
protocol ProgressSink {
    /// Whether it is a display, which goes while the process is stopped and has to be drawn again.
    var isDisplay: Bool { get }

    func take(_ text: String)

    /// The last one, which stays.
    func takeLast(_ text: String)
}

extension ProgressSink {
    var isDisplay: Bool { false }
}

/// Messages, so that they reach the log as well.
struct MessageSink: ProgressSink {
    let diagnostics: Diagnostics

    func take(_ text: String) { diagnostics.say(text) }

    func takeLast(_ text: String) { take(text) }
}

extension TerminalDisplay: ProgressSink {
    var isDisplay: Bool { true }

    func take(_ text: String) { draw(text) }

    func takeLast(_ text: String) { end(text) }
}

/// Results on the terminal that has the display: they go above it, each on lines of its own.
struct ResultsAboveDisplay: ResultSink {
    let display: TerminalDisplay

    var endsTorn: Bool { false }

    func write(_ lines: UnsafeRawBufferPointer) throws(SystemError) {
        try display.above { () throws(SystemError) in try Descriptor.write(STDOUT_FILENO, lines) }
    }
}

/// Text is left out where no one reads on.
struct StandardErrorSink: ProgressSink {
    /// Milliseconds that the end of the run waits for a reader.
    private static let longestFarewell: CInt = 400

    /// Transfers do not wait for a display.
    func take(_ text: String) { write(text, within: 0) }

    func takeLast(_ text: String) { write(text, within: Self.longestFarewell) }

    private func write(_ text: String, within milliseconds: CInt) {
        guard Descriptor.isWritable(STDERR_FILENO, within: milliseconds) else { return }
        // A display that no one can see any more is not a reason to stop.
        Array(text.utf8).withUnsafeBytes { bytes in try? Descriptor.write(STDERR_FILENO, bytes) }
    }
}

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
