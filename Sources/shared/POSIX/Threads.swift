internal import CLinux
internal import Glibc
internal import Synchronization

/// A thread that does one thing to its end.
@safe package final class WorkerThread {
    private var thread = pthread_t()

    private final class Work {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    package init(_ body: @escaping @Sendable () -> Void) {
        let work = unsafe Unmanaged.passRetained(Work(body)).toOpaque()
        let error = unsafe pthread_create(
            &thread, nil,
            { work in
                unsafe Unmanaged<Work>.fromOpaque(work!).takeRetainedValue().body()
                return nil
            }, work)
        guard error == 0 else { fatalError("cannot start a thread: \(SystemError.reason(error))") }
    }

    /// Waits for its end.
    package func join() { pthread_join(thread, nil) }

    /// Threads go on that nobody waits for. At the process's end the libraries clean up nothing then, as these may still
    /// use it.
    package static func leaveBehind() { unsafe on_exit({ status, _ in _exit(status) }, nil) }
}

/// A lock that its holder may give up in the middle of its work, and take again.
@safe package final class Monitor: @unchecked Sendable {
    fileprivate let mutex: UnsafeMutablePointer<pthread_mutex_t>

    package init() {
        unsafe mutex = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        // What it guards is short: to look again for a moment costs less than to sleep and be woken.
        var kind = pthread_mutexattr_t()
        unsafe pthread_mutexattr_init(&kind)
        unsafe pthread_mutexattr_settype(&kind, CInt(PTHREAD_MUTEX_ADAPTIVE_NP))
        unsafe pthread_mutex_init(mutex, &kind)
        unsafe pthread_mutexattr_destroy(&kind)
    }

    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    package func enter() { unsafe pthread_mutex_lock(mutex) }

    package func leave() { unsafe pthread_mutex_unlock(mutex) }
}

/// Something that those who hold a monitor wait for; while they wait others have it.
@safe package final class Condition: @unchecked Sendable {
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private let monitor: Monitor

    package init(of monitor: Monitor) {
        self.monitor = monitor
        unsafe condition = .allocate(capacity: 1)
        unsafe condition.initialize(to: pthread_cond_t())
        unsafe pthread_cond_init(condition, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe condition.deallocate()
    }

    /// Until it is woken, and now and then for no reason: its caller looks again.
    package func wait() { unsafe pthread_cond_wait(condition, monitor.mutex) }

    package func wakeOne() { unsafe pthread_cond_signal(condition) }

    package func wakeAll() { unsafe pthread_cond_broadcast(condition) }
}

/// Values handed from any thread to one that waits for them.
package final class Mailbox<Value: Sendable>: Sendable {
    private struct State {
        var values: [Value] = []
        /// Whether the taker sleeps: only then it costs a system call to hand something over.
        var isAwaited = false
    }

    private let state = Mutex(State())
    /// Whether there may be something: who only looks takes no lock in vain.
    private let mayHaveValues = Atomic(false)
    private let event = Event()

    package init() {}

    package func put(_ value: Value) {
        let wakes = state.withLock { state in
            state.values.append(value)
            mayHaveValues.store(true, ordering: .releasing)
            defer { state.isAwaited = false }
            return state.isAwaited
        }
        if wakes { event.signal() }
    }

    /// All that has come; waits until there is something.
    package func take() -> [Value] {
        while true {
            let taken = take(waiting: true)
            if !taken.isEmpty { return taken }
            event.wait()
        }
    }

    /// All that has come, without waiting.
    package func takeIfAny() -> [Value] { isEmpty ? [] : take(waiting: false) }

    private func take(waiting: Bool) -> [Value] {
        state.withLock { state in
            let taken = state.values
            state.values = []
            mayHaveValues.store(false, ordering: .releasing)
            state.isAwaited = waiting && taken.isEmpty
            return taken
        }
    }

    package var isEmpty: Bool { !mayHaveValues.load(ordering: .acquiring) }
}

/// Something that happened, signalled from any thread to one that waits for it (eventfd(2)).
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

    /// The same, but no longer than this.
    package func wait(seconds: Double) {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        if unsafe poll(&watched, 1, Int32((seconds * 1000).rounded(.up))) > 0 { wait() }
    }
}

/// The processors of the machine.
package enum Processors {
    /// How many of them this process may use; at least one.
    package static var count: Int { max(1, Int(tf_processor_count())) }
}

package enum Memory {
    /// Keeps up to so many bytes that were freed for whoever needs some next, in place of giving them back to the kernel.
    /// Buffers that come and go would otherwise have their pages taken away, and made anew with zeros in them, time and
    /// again: how often depends on what else lies above them.
    package static func keepFreed(_ bytes: CInt) { tf_keep_freed(bytes) }

    /// Begins to fetch what is at an address, for those who need it later and have something else to do until then.
    package static func prefetch(_ address: UnsafeRawPointer) { unsafe tf_prefetch(address) }
}
