import POSIX
import Synchronization
import TestSupport
import Testing

@Suite struct ProcessClockTests {
    /// What the clock sees: the time, and whether a SIGCONT waits.
    private final class Process: Sendable {
        let state = Mutex((time: 100.0, wasContinued: false))

        func pass(_ seconds: Double, stopped: Bool = false) {
            state.withLock { $0 = ($0.time + seconds, stopped) }
        }
    }

    private let process = Process()

    private var clock: ProcessClock {
        ProcessClock(
            running: { [process] in process.state.withLock { $0.time } },
            wasContinued: { [process] in process.state.withLock { $0.wasContinued } })
    }

    @Test("the clock stands still while the process is stopped, and counts how long that was")
    func stopped() {
        let clock = clock
        #expect(clock.monotonic == 100)
        process.pass(1)
        #expect(clock.monotonic == 101)
        process.pass(3600, stopped: true)
        #expect(clock.stopped == 3600)
        #expect(clock.monotonic == 101)
        process.pass(1)
        #expect(clock.monotonic == 102)
        #expect(clock.stopped == 3600)
    }

    @Test("a process that was busy for long was not stopped: that time counts")
    func busy() {
        let clock = clock
        #expect(clock.monotonic == 100)
        process.pass(60)
        #expect(clock.monotonic == 160)
        #expect(clock.stopped == 0)
    }

    @Test("a pause counts once, however many ask while its SIGCONT is not taken yet")
    func once() {
        let clock = clock
        _ = clock.monotonic
        process.pass(3600, stopped: true)
        #expect(clock.monotonic == 100)
        process.pass(1, stopped: true)
        #expect(clock.monotonic == 101)
        #expect(clock.stopped == 3600)
    }
}
