package import Foundation
internal import Glibc

/// What is to be seen of a pipe from outside.
package enum PipeProbe {
    /// The bytes that were written and not read yet.
    package static func bytesWaiting(_ pipe: FileHandle) -> Int {
        var count: CInt = 0
        return ioctl(pipe.fileDescriptor, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
    }

    /// How many bytes it holds at most (F_GETPIPE_SZ, a Linux command that Swift does not see).
    package static func capacity(_ pipe: FileHandle) -> Int { Int(fcntl(pipe.fileDescriptor, 1032)) }

    /// Fills a pipe with line ends, so that no write to it would return.
    package static func fill(_ pipe: Pipe) throws {
        let capacity = capacity(pipe.fileHandleForWriting)
        try pipe.fileHandleForWriting.write(contentsOf: Data(repeating: 0x0A, count: capacity))
    }

    /// Returns when so many bytes wait.
    package static func waitForBytes(_ count: Int, in pipe: FileHandle) throws {
        try wait(for: "\(count) bytes in a pipe") { bytesWaiting(pipe) >= count }
    }
}
