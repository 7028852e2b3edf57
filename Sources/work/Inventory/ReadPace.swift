internal import Glibc
package import POSIX
internal import Synchronization

/// How fast files may be read, by all threads together: whoever is about to read waits for his turn.
package final class ReadPace: Sendable {
    private let bytesPerSecond: Double
    private let clock: any Clock
    private let pause: @Sendable (Double) -> Void
    /// When the next one may read, on the monotonic clock.
    private let next: Mutex<Double>

    /// - Parameter pause: waits for so many seconds.
    package init(
        bytesPerSecond: Int64, clock: any Clock = SystemClock(),
        pause: @escaping @Sendable (Double) -> Void = { usleep(UInt32(min($0 * 1e6, 1e9))) }
    ) {
        (self.bytesPerSecond, self.clock, self.pause) = (Double(max(1, bytesPerSecond)), clock, pause)
        next = Mutex(clock.monotonic)
    }

    /// Waits until so many bytes may be read.
    package func wait(for bytes: Int64) {
        let now = clock.monotonic
        let turn = next.withLock { next in
            let turn = max(now, next)
            next = turn + Double(bytes) / bytesPerSecond
            return turn
        }
        if turn > now { pause(turn - now) }
    }
}
