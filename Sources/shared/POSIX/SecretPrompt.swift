internal import Glibc

/// The terminal that a process belongs to, whatever its standard streams are.
package enum SecretPrompt {
    /// Asks for a secret, and reads a line that is not shown. Throws ENXIO or ENOENT where there is no terminal. On
    /// Ctrl-C the process ends as by the signal, with the terminal as it was.
    package static func read(_ prompt: String) throws(SystemError) -> [UInt8] {
        let descriptor = retryingInterrupts { unsafe open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw SystemError("cannot open '/dev/tty'") }
        let terminal = File(owning: descriptor)
        var before = termios()
        guard unsafe tcgetattr(descriptor, &before) == 0 else { throw SystemError("cannot turn off the echo") }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO | ISIG)
        // A Ctrl-C is read like a line's end, so that the terminal can be put right before the process ends by it.
        unsafe withUnsafeMutableBytes(of: &silent.c_cc) { unsafe $0[Int(VEOL)] = interruption }
        guard unsafe tcsetattr(descriptor, TCSAFLUSH, &silent) == 0 else {
            throw SystemError("cannot turn off the echo")
        }
        defer { unsafe tcsetattr(descriptor, TCSAFLUSH, &before) }
        try write(prompt, to: terminal)
        let line = try readLine(of: terminal)
        try write("\n", to: terminal)
        guard line.last == interruption else { return line }
        unsafe tcsetattr(descriptor, TCSAFLUSH, &before)
        Signals.end(by: SIGINT)
    }

    private static let interruption: UInt8 = 3

    private static func readLine(of terminal: File) throws(SystemError) -> [UInt8] {
        var line: [UInt8] = []
        var byte: [UInt8] = [0]
        while true {
            let count = try unsafe byte.withUnsafeMutableBufferPointer { buffer throws(SystemError) in
                try unsafe Descriptor.read(terminal.descriptor, into: UnsafeMutableRawBufferPointer(buffer))
            }
            if count == 0 || byte[0] == UInt8(ascii: "\n") { return line }
            line.append(byte[0])
            if byte[0] == interruption { return line }
        }
    }

    private static func write(_ text: String, to terminal: File) throws(SystemError) {
        try unsafe Array(text.utf8).withUnsafeBufferPointer { bytes throws(SystemError) in
            try unsafe Descriptor.write(terminal.descriptor, UnsafeRawBufferPointer(bytes))
        }
    }
}
