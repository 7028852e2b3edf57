internal import Glibc
internal import POSIX
internal import Terminal

/// Messages to people, on standard error: `tool: what is wrong, and what to do`. The file that `TF_LOG` names gets them
/// too, with the time: a terminal forgets, and a progress display needs standard error for itself.
package struct Diagnostics: Sendable {
    package let tool: String
    /// What is on the terminal that standard error is; messages go above it.
    package var display: TerminalDisplay?
    private let isDebugging: Bool

    /// - Parameter isDebugging: whether `debug` says anything.
    package init(tool: String, isDebugging: Bool = false) {
        self.tool = tool
        self.isDebugging = isDebugging
    }

    /// Takes what was decided and why, for `--debug`; nil without it, so that no text is made for nobody.
    package var debug: ((String) -> Void)? {
        isDebugging ? { say("debug: \($0)") } : nil
    }

    /// One line, in one write, so that the lines of several tools do not mix. Nobody could be told of a failure to
    /// write it.
    package func say(_ message: String) {
        let line = "\(tool): \(message.printable)\n"
        if let display {
            display.above { write(line, to: STDERR_FILENO) }
        } else {
            write(line, to: STDERR_FILENO)
        }
        if let path = Environment["TF_LOG"], let log = try? File(appendingTo: path) {
            write("\(UnixTime.now.text) \(line)", to: log.descriptor)
        }
    }

    /// Says what is waited for where standard input is a terminal: nothing happens there by itself.
    ///
    /// - Parameters:
    ///   - what: is to be typed.
    ///   - inputs: what is read; standard input is `-`.
    package func announceTerminal(_ what: String, _ inputs: [String] = ["-"]) {
        guard inputs.contains("-"), Descriptor.isTerminal(STDIN_FILENO) else { return }
        say("reads \(what) from the terminal: end them with Ctrl-D on a line of its own, or stop with Ctrl-C")
    }

    private func write(_ line: String, to descriptor: CInt) {
        Array(line.utf8).withUnsafeBytes { bytes in try? Descriptor.write(descriptor, bytes) }
    }
}

extension String {
    /// As it is in a message: what could steer a terminal or pass for another message is shown by its number.
    package var printable: String { DisplayText.visible(self) }
}

/// The process's environment. A variable that is set but empty counts as not set.
package enum Environment {
    package static subscript(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        let text = String(cString: value)
        return text.isEmpty ? nil : text
    }
}
