import Glibc
import POSIX

/// What the tool prints.
enum StandardOutput {
    static func write(_ bytes: [UInt8]) throws(SystemError) {
        try bytes.withUnsafeBufferPointer { buffer throws(SystemError) in
            try Descriptor.write(STDOUT_FILENO, UnsafeRawBufferPointer(buffer))
        }
    }
}
