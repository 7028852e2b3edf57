internal import Glibc
package import POSIX

/// Lines to a descriptor: gathered, and written in whole lines. The caller flushes before whatever may wait.
///
/// The first line begins on a line of its own, whatever bytes are before it in a file that is appended to.
package struct LineOutput: ~Copyable {
    package var buffer = LineBuffer()
    private let descriptor: CInt
    /// From how many bytes on a finished line is written at once.
    private let limit: Int
    private var hasWritten = false

    package init(_ descriptor: CInt = STDOUT_FILENO, limit: Int = 65536) {
        self.descriptor = descriptor
        self.limit = limit
    }

    /// Called after each line: writes when enough has gathered.
    package mutating func lineEnded() throws(SystemError) {
        if buffer.count >= limit { try flush() }
    }

    package mutating func flush() throws(SystemError) {
        guard !buffer.isEmpty else { return }
        if !hasWritten { try beginLine() }
        try buffer.bytes.withUnsafeBufferPointer { bytes throws(SystemError) in
            try Descriptor.write(descriptor, UnsafeRawBufferPointer(bytes))
        }
        buffer.removeAll()
    }

    private mutating func beginLine() throws(SystemError) {
        hasWritten = true
        guard buffer.bytes.first != 0x0A, Descriptor.endsTorn(descriptor) else { return }
        try [0x0A].withUnsafeBufferPointer { bytes throws(SystemError) in
            try Descriptor.write(descriptor, UnsafeRawBufferPointer(bytes))
        }
    }
}
