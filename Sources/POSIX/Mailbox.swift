internal import CLinux
internal import Glibc
internal import Synchronization

/// Values handed from any thread to one that waits for them.
package final class Mailbox<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])
    private let event: CInt

    package init() {
        event = tf_eventfd()
        guard event >= 0 else { fatalError("cannot make an event descriptor: \(SystemError.reason(errno))") }
    }

    deinit { close(event) }

    package func put(_ value: Value) { put(contentsOf: CollectionOfOne(value)) }

    package func put(contentsOf new: some Collection<Value>) {
        guard !new.isEmpty else { return }
        let wasEmpty = values.withLock { values in
            values.append(contentsOf: new)
            return values.count == new.count
        }
        guard wasEmpty else { return }
        var one: UInt64 = 1
        _ = retryingInterrupts { unsafe write(event, &one, 8) }
    }

    /// All that has come; waits until there is something.
    package func take() -> [Value] {
        while true {
            let taken = takeIfAny()
            if !taken.isEmpty { return taken }
            var count: UInt64 = 0
            _ = retryingInterrupts { unsafe read(event, &count, 8) }
        }
    }

    /// All that has come, without waiting.
    package func takeIfAny() -> [Value] {
        values.withLock { values in
            let taken = values
            values = []
            return taken
        }
    }

    package var count: Int { values.withLock { $0.count } }
}
