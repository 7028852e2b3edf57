internal import CLinux
internal import Glibc

/// SIGINT, SIGTERM and SIGHUP, and others that are named, as a descriptor to wait for (signalfd(2)), with no handler
/// code. Make it before any thread starts: threads inherit the blocked signals. What the parent ignores stays ignored.
package final class StopSignals {
    package let descriptor: CInt

    package init(and more: [CInt] = []) throws(SystemError) {
        descriptor = unsafe tf_stop_signals(more, CInt(more.count))
        guard descriptor >= 0 else { throw SystemError("cannot block signals") }
    }

    /// The next signal that has come, if any.
    package func next() -> CInt? {
        let signal = tf_next_signal(descriptor)
        return signal > 0 ? signal : nil
    }

    deinit { close(descriptor) }
}

package enum Signals {
    /// SIGUSR1: begin nothing new, and complete what runs.
    package static let finish: CInt = SIGUSR1

    /// SIGTSTP: Ctrl-Z on the terminal.
    package static let suspend: CInt = SIGTSTP

    /// SIGCONT: the process goes on after it was stopped.
    package static let goOn: CInt = SIGCONT

    /// Stops the process as Ctrl-Z does one that does not catch it, and returns when it goes on. Where nobody could
    /// let it go on (its process group is orphaned), the system does not stop it.
    package static func stopUntilContinued() { tf_stop_by_signal(suspend) }

    /// Whether a signal of `StopSignals` has come that was not taken yet.
    package static func isPending(_ signal: CInt) -> Bool { tf_is_pending(signal) != 0 }

    /// A reader that leaves ends a filter, even where the parent ignores SIGPIPE, as systemd does.
    package static func endOnBrokenPipe() { _ = signal(SIGPIPE, SIG_DFL) }

    /// A reader that leaves is an EPIPE of the next write, and a file that grows beyond a limit (`ulimit -f`) an EFBIG.
    package static func reportFailedWrites() {
        _ = signal(SIGPIPE, SIG_IGN)
        _ = signal(SIGXFSZ, SIG_IGN)
    }

    /// Ends the process as a filter whose reader left.
    package static func endByBrokenPipe() -> Never { end(by: SIGPIPE) }

    /// From now on the first SIGINT is only noted, and the second ends the process as ever. Where the parent ignores
    /// SIGINT, as a shell does for what runs behind it, it stays ignored.
    package static func noteFirstInterrupt() { tf_note_first_interrupt() }

    /// Whether a SIGINT was noted.
    package static var wasInterrupted: Bool { tf_was_interrupted() != 0 }

    /// Ends the process as the signal would have, so that a shell sees 128 + N.
    package static func end(by signal: CInt) -> Never {
        tf_end_by_signal(signal)
        _exit(128 + signal)
    }
}
