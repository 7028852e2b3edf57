internal import CLinux
package import Glibc

/// An open file that closes itself.
package final class File {
    package let descriptor: CInt

    /// Takes over a descriptor.
    package init(owning descriptor: CInt) { self.descriptor = descriptor }

    /// Opens a file to be read.
    package convenience init(reading path: String) throws(SystemError) {
        let descriptor = retryingInterrupts { unsafe open(path, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw SystemError("cannot open '\(path)'") }
        self.init(owning: descriptor)
    }

    /// Opens a file to write at its end, and makes it where there is none.
    package convenience init(appendingTo path: String) throws(SystemError) {
        let descriptor = retryingInterrupts {
            unsafe tf_openat(AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
        }
        guard descriptor >= 0 else { throw SystemError("cannot open '\(path)'") }
        self.init(owning: descriptor)
    }

    deinit { close(descriptor) }

    package func status() throws(SystemError) -> stat {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw SystemError("cannot look at a file") }
        return status
    }

    /// Reads the whole file. A file of more than `limit` bytes is refused with EFBIG.
    package func readAll(limit: Int = .max) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = try unsafe chunk.withUnsafeMutableBufferPointer { buffer throws(SystemError) in
                try unsafe Descriptor.read(descriptor, into: UnsafeMutableRawBufferPointer(buffer))
            }
            if count == 0 { return bytes }
            guard bytes.count + count <= limit else { throw SystemError("cannot read a file", code: EFBIG) }
            bytes.append(contentsOf: chunk[..<count])
        }
    }
}
