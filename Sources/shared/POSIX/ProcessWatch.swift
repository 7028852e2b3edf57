internal import CLinux
package import Glibc

/// A process, not necessarily a child, whose end somebody waits for (pidfd_open(2)).
package final class ProcessWatch {
    /// Readable once the process has ended; nil where it had ended before.
    private let file: File?

    package init(_ process: pid_t) throws(SystemError) {
        let descriptor = tf_pidfd_open(process)
        guard descriptor >= 0 || errno == ESRCH else { throw SystemError("cannot watch process \(process)") }
        file = descriptor >= 0 ? File(owning: descriptor) : nil
    }

    package var descriptor: CInt? { file?.descriptor }

    package var hasEnded: Bool { file.map { Descriptor.isReadable($0.descriptor) } ?? true }
}
