internal import Glibc
internal import POSIX

package enum StandardOutput {
    /// Writes a text that is all that a tool has to say.
    package static func write(_ text: String) throws(ToolFailure) {
        try refusing { () throws(SystemError) in
            try Array(text.utf8).withUnsafeBufferPointer { bytes throws(SystemError) in
                try Descriptor.write(STDOUT_FILENO, UnsafeRawBufferPointer(bytes))
            }
        }
    }
}
