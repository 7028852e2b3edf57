internal import NIOConcurrencyHelpers

/// What clients have asked for, and how much they were given. Can be read at any time, from any thread: a request is in
/// it before the first byte of its answer leaves.
package final class RequestLog: Sendable {
    /// One request, and how it was answered.
    package struct Entry: Equatable, Sendable {
        package let method: String
        /// The path as it was sent, percent-encoded, without the query.
        package let rawPath: String
        /// The path with its escapes resolved; nil where they make no name.
        package let path: String?
        /// The headers as they were sent: `bytes=5-`.
        package let range: String?
        package let ifRange: String?
        package let status: Int
        /// Which connection it came on, counted from 1.
        package let connection: Int
    }

    /// Sums over all requests so far.
    package struct Counters: Equatable, Sendable {
        package var connections = 0
        package var requests = 0
        /// Bytes of bodies, as they were handed to the sockets.
        package var bytes: Int64 = 0
        /// Requests that are being answered now, and the most that there were at any time.
        package var running = 0
        package var mostAtOnce = 0
    }

    private struct State {
        var counters = Counters()
        var entries: [Entry] = []
    }

    private let state = NIOLockedValueBox(State())
    private let keepsEntries: Bool
    private let observer: (@Sendable (Entry) -> Void)?

    /// - Parameter keepsEntries: whether to remember every request, which takes memory for each.
    init(keepsEntries: Bool, observer: (@Sendable (Entry) -> Void)?) {
        (self.keepsEntries, self.observer) = (keepsEntries, observer)
    }

    package var counters: Counters { state.withLockedValue { $0.counters } }

    /// The requests in the order in which they came.
    package var entries: [Entry] { state.withLockedValue { $0.entries } }

    /// The requests for a decoded path, in their order.
    package func entries(for path: String) -> [Entry] { entries.filter { $0.path == path } }

    /// Forgets the requests so far. What is being answered now still counts as running.
    package func clear() {
        state.withLockedValue { state in
            let running = state.counters.running
            state = State(counters: Counters(running: running, mostAtOnce: running))
        }
    }

    /// A client has come: its number.
    func connect() -> Int {
        state.withLockedValue { state in
            state.counters.connections += 1
            return state.counters.connections
        }
    }

    /// A request has come, and is being answered until `end`.
    func begin() {
        state.withLockedValue { state in
            state.counters.requests += 1
            state.counters.running += 1
            state.counters.mostAtOnce = max(state.counters.mostAtOnce, state.counters.running)
        }
    }

    /// What the answer will be.
    func decide(_ entry: Entry) {
        if keepsEntries { state.withLockedValue { $0.entries.append(entry) } }
        observer?(entry)
    }

    func sent(_ count: Int) { state.withLockedValue { $0.counters.bytes += Int64(count) } }

    func end() { state.withLockedValue { $0.counters.running -= 1 } }
}
