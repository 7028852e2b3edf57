internal import CLinux
internal import Glibc

/// Something that happened, told from any thread to one that waits for it (eventfd(2)).
package final class Event: Sendable {
    /// Readable from `signal` to `wait`.
    package let descriptor: CInt

    package init() {
        descriptor = tf_eventfd()
        guard descriptor >= 0 else { fatalError("cannot make an event descriptor: \(SystemError.reason(errno))") }
    }

    deinit { close(descriptor) }

    package func signal() {
        var one: UInt64 = 1
        _ = retryingInterrupts { unsafe write(descriptor, &one, 8) }
    }

    /// Waits for the signal, and takes it back.
    package func wait() {
        var count: UInt64 = 0
        _ = retryingInterrupts { unsafe read(descriptor, &count, 8) }
    }
}
