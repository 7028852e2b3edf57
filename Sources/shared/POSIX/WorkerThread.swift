internal import Glibc

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
}
