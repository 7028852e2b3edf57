internal import Glibc
internal import POSIX

/// Messages to people, on standard error: `tool: what is wrong, and what to do`. The file that `TF_LOG` names gets them
/// too, with the time: a terminal forgets, and a progress display needs standard error for itself.
package struct Diagnostics: Sendable {
    package let tool: String

    package init(tool: String) { self.tool = tool }

    /// One line, in one write, so that the lines of several tools do not mix. A failure to write it is nobody's to hear.
    package func say(_ message: String) {
        let line = "\(tool): \(message.printable)\n"
        write(line, to: STDERR_FILENO)
        if let path = Environment["TF_LOG"], let log = try? File(appendingTo: path) {
            write("\(UnixTime.now.text) \(line)", to: log.descriptor)
        }
    }

    private func write(_ line: String, to descriptor: CInt) {
        Array(line.utf8).withUnsafeBytes { bytes in try? Descriptor.write(descriptor, bytes) }
    }
}

extension String {
    /// With control characters, which could steer a terminal, made visible: `\u{1B}` becomes `\x1b`, and a new line in a
    /// file's name, which could pass for a message of its own, `\x0a`.
    package var printable: String {
        guard unicodeScalars.contains(where: { $0.isControl }) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            if scalar.isControl {
                text += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }
}
