internal import Glibc
internal import Synchronization

/// What a child prints, read by a thread as it comes, so that the child never waits for a reader.
package final class PrintedLines: Sendable {
    private struct State {
        var lines: [String] = []
        var hasEnded = false
    }

    private let state = Mutex(State())
    private let news = Event()

    /// The last lines are kept.
    private static let most = 20

    package init(_ file: File) {
        _ = WorkerThread { [self] in
            var rest: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = retryingInterrupts { unsafe read(file.descriptor, &chunk, chunk.count) }
                guard count > 0 else { break }
                rest += chunk[..<count]
                while let end = rest.firstIndex(of: 0x0A) {
                    add(String(decoding: rest[..<end], as: UTF8.self))
                    rest.removeSubrange(...end)
                }
                if rest.count > 1 << 16 { rest = [] }
            }
            state.withLock { $0.hasEnded = true }
            news.signal()
        }
    }

    private func add(_ line: String) {
        state.withLock { state in
            state.lines.append(line)
            if state.lines.count > Self.most { state.lines.removeFirst() }
        }
        news.signal()
    }

    /// The last one that says something.
    package var last: String? { state.withLock { $0.lines.last { !$0.isEmpty } } }

    /// The first line with a text in it; nil where the child ends before it prints one, it takes too long, or one of the
    /// descriptors can be read.
    package func wait(for text: String, seconds: Double, unless descriptors: [CInt] = []) -> String? {
        let deadline = SystemClock().monotonic + seconds
        while true {
            let (found, hasEnded) = state.withLock { state in
                (state.lines.first { $0.contains(text) }, state.hasEnded)
            }
            let left = deadline - SystemClock().monotonic
            if found != nil || hasEnded || left <= 0 { return found }
            let ready = Descriptor.waitForAny([news.descriptor] + descriptors, seconds: left)
            if ready.contains(where: { $0 != news.descriptor }) { return nil }
            if !ready.isEmpty { news.wait() }
        }
    }
}
