internal import CLinux
internal import Glibc

/// What time it is. Passed as an argument, so that tests bring their own.
package protocol Clock: Sendable {
    /// Unix seconds.
    var now: Double { get }
    /// Seconds since some fixed moment; never goes back, and stands still for nothing but a suspended machine.
    var monotonic: Double { get }
}

package struct SystemClock: Clock {
    package init() {}

    package var now: Double { read(CLOCK_REALTIME) }

    package var monotonic: Double { read(CLOCK_MONOTONIC) }

    /// Whether the kernel knows of something that keeps the time of day right, as a time service does (adjtimex(2)).
    package static var isSynchronized: Bool { tf_clock_is_synchronized() != 0 }

    private func read(_ clock: clockid_t) -> Double {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
