internal import Synchronization

/// Values handed from any thread to one that waits for them.
package final class Mailbox<Value: Sendable>: Sendable {
    private struct State {
        var values: [Value] = []
        /// Whether the taker sleeps: only then it costs a system call to hand something over.
        var isAwaited = false
    }

    private let state = Mutex(State())
    private let event = Event()

    package init() {}

    package func put(_ value: Value) { put([value]) }

    package func put(_ values: [Value]) {
        let wakes = state.withLock { state in
            state.values += values
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
    package func takeIfAny() -> [Value] { take(waiting: false) }

    private func take(waiting: Bool) -> [Value] {
        state.withLock { state in
            let taken = state.values
            state.values = []
            state.isAwaited = waiting && taken.isEmpty
            return taken
        }
    }

    package var count: Int { state.withLock { $0.values.count } }
}
