internal import Glibc
internal import POSIX
internal import Synchronization
internal import Terminal

/// A terminal with a display on it that is drawn again and again, by `TerminalFrame`. What else this process writes
/// there, messages and results, goes above it.
package final class TerminalDisplay: Sendable {
    private let descriptor: CInt
    /// The frame that is to be seen; empty for none.
    private let frame = Mutex("")

    /// Milliseconds that the last text waits for a reader.
    private static let longestFarewell: CInt = 400

    package init(on descriptor: CInt) { self.descriptor = descriptor }

    /// The terminal's columns and rows; 80 and 24 where it does not tell.
    package var size: (columns: Int, rows: Int) { Descriptor.windowSize(descriptor) ?? (80, 24) }

    /// Puts a frame in the place of the last one. It is left out where no one reads on, as on a terminal that was
    /// stopped by Ctrl-S, or where another job has the terminal: work does not wait for a display.
    package func draw(_ text: String) {
        guard !Descriptor.isOfOtherJob(descriptor), Descriptor.isWritable(descriptor) else { return }
        _ = frame.withLockIfAvailable { frame in
            frame = text
            write(text)
        }
    }

    /// Writes what stays in place of the display.
    package func end(_ text: String) {
        _ = frame.withLockIfAvailable { frame in
            frame = ""
            if Descriptor.isWritable(descriptor, within: Self.longestFarewell) { write(text) }
        }
    }

    /// Takes the display away, for a shell that gets the terminal, until the next frame.
    package func leave() {
        guard !Descriptor.isOfOtherJob(descriptor), Descriptor.isWritable(descriptor) else { return }
        _ = frame.withLockIfAvailable { frame in
            if !frame.isEmpty { write(TerminalFrame.gone) }
            frame = ""
        }
    }

    /// Lets whole lines be written to the terminal, above the display, which is there again afterwards.
    package func above<Failure: Error>(_ lines: () throws(Failure) -> Void) throws(Failure) {
        try frame.withLock { frame throws(Failure) in
            if !frame.isEmpty { write(TerminalFrame.gone) }
            defer { write(frame) }
            try lines()
        }
    }

    /// A display that no one can see any more is not a reason to stop.
    private func write(_ text: String) {
        guard !text.isEmpty else { return }
        Array(text.utf8).withUnsafeBytes { bytes in try? Descriptor.write(descriptor, bytes) }
    }
}
