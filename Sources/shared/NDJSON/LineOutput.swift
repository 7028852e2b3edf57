internal import Glibc
package import POSIX

/// Lines to a descriptor: gathered, and written in whole lines. The caller flushes before whatever may wait.
package struct LineOutput: ~Copyable {
    package var buffer = LineBuffer()
    private let descriptor: CInt
    /// From how many bytes on a finished line is written at once.
    private let limit: Int

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
        try buffer.bytes.withUnsafeBufferPointer { bytes throws(SystemError) in
            try Descriptor.write(descriptor, UnsafeRawBufferPointer(bytes))
        }
        buffer.removeAll()
    }
}
