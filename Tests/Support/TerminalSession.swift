package import Foundation
internal import Glibc

/// A shell with job control on a terminal of its own, as its user sees and uses it.
package final class TerminalSession {
    private let terminal: FileHandle
    private let shell = Process()
    private var unread = ""

    /// TIOCSPTLCK and TIOCGPTPEER, which Swift does not see.
    private static let (lock, peer): (UInt, UInt) = (0x4004_5431, 0x5441)

    /// - Parameters:
    ///   - directory: where the shell is.
    ///   - columns: of the terminal, which has 24 rows.
    package init(in directory: URL, columns: UInt16 = 80) throws {
        // posix_openpt(3) and its like need _GNU_SOURCE, which Swift does not set: this is what they do (pts(4)).
        let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        terminal = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var (locked, size) = (CInt(0), winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0))
        guard ioctl(descriptor, Self.lock, &locked) == 0, ioctl(descriptor, UInt(TIOCSWINSZ), &size) == 0 else {
            throw WaitedInVain(description: "no terminal: errno \(errno)")
        }
        let end = FileHandle(
            fileDescriptor: ioctl(descriptor, Self.peer, O_RDWR | O_NOCTTY | O_CLOEXEC), closeOnDealloc: true)
        shell.executableURL = URL(fileURLWithPath: "/usr/bin/setsid")
        shell.arguments = ["--ctty", "--wait", "sh", "-i"]
        shell.currentDirectoryURL = directory
        shell.environment = [
            "PATH": "\(CommandRun.toolsFolder.path):/usr/bin:/bin", "PS1": "ready> ", "TERM": "xterm",
        ]
        (shell.standardInput, shell.standardOutput, shell.standardError) = (end, end, end)
        try shell.runUnblocked()
        _ = try read(to: "ready> ")
    }

    deinit {
        // The terminal hangs up, which ends what runs on it.
        try? terminal.close()
        if shell.isRunning { shell.terminate() }
    }

    /// Types text; `\u{3}` is Ctrl-C, `\u{1A}` Ctrl-Z.
    package func type(_ text: String) throws { try terminal.write(contentsOf: Data(text.utf8)) }

    /// What is written to the terminal up to and with this text; waits for it, for as long as a test waits.
    package func read(to text: String) throws -> String {
        while true {
            if let range = unread.range(of: text) {
                defer { unread.removeSubrange(..<range.upperBound) }
                return String(unread[..<range.upperBound])
            }
            do { try waitForInput(of: terminal.fileDescriptor) } catch {
                throw WaitedInVain(description: "no '\(text)' in '\(unread)'")
            }
            // Not the handle's own read, which waits until it has all that was asked for.
            var bytes = [UInt8](repeating: 0, count: 65536)
            let count = Glibc.read(terminal.fileDescriptor, &bytes, bytes.count)
            guard count > 0 else {
                throw WaitedInVain(description: "the terminal has ended after '\(unread)', without '\(text)'")
            }
            unread += String(decoding: bytes[..<count], as: UTF8.self)
        }
    }
}
