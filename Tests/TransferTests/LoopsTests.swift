import Curl
import Glibc
import POSIX
import Records
import Store
import Synchronization
import TestSupport
import Testing

@testable import Transfer

/// Runs with several loops, each on its own thread: what comes of them depends on no order.
@Suite struct LoopsTests {
    /// A network that answers each request at once, with a video. It counts the requests of all loops.
    private final class InstantTransport: Transport {
        private let counts: Counts
        private var begun: [any AnswerReceiver] = []
        private let woken = Event()

        init(_ counts: Counts) { self.counts = counts }

        func start(_ request: TransferRequest, for receiver: any AnswerReceiver) {
            begun.append(receiver)
            counts.begin()
        }

        func perform(while mayGoOn: () -> Bool) {
            let video = ScriptedWorld.video()
            for receiver in begun {
                for line in ["HTTP/1.1 200 OK\r\n", "Content-Length: \(video.count)\r\n", "\r\n"] {
                    Array(line.utf8).withUnsafeBytes { receiver.receive(header: $0) }
                }
                _ = video.withUnsafeBytes { receiver.receive(body: $0) }
            }
        }

        func nextEnded() -> EndedRequest? {
            guard let receiver = begun.popLast() else { return nil }
            counts.end()
            return EndedRequest(receiver: receiver, failure: nil)
        }

        func cancel(_ receiver: any AnswerReceiver) {}
        func cancelAll() { begun = [] }

        func wait(_ watched: inout [MultiHandle.Watched], milliseconds: Int32) {
            let all = [woken.descriptor] + watched.map(\.descriptor)
            var places = all.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            _ = poll(&places, nfds_t(places.count), milliseconds)
            if places[0].revents != 0 { woken.wait() }
            for index in watched.indices { watched[index].isReady = places[index + 1].revents != 0 }
        }

        func pause(_ watched: inout [MultiHandle.Watched], milliseconds: Int32) {
            wait(&watched, milliseconds: milliseconds)
        }

        var waker: @Sendable () -> Void { { [woken] in woken.signal() } }
    }

    private final class Counts: Sendable {
        private let state = Mutex((running: 0, most: 0))

        func begin() {
            state.withLock { state in
                state.running += 1
                state.most = max(state.most, state.running)
            }
        }

        func end() { state.withLock { $0.running -= 1 } }

        var most: Int { state.withLock { $0.most } }
    }

    /// Records that are all there at once.
    private final class Lines: RecordSource {
        private let always = Event()
        private var taken = 0
        private let count: Int

        init(_ count: Int) {
            self.count = count
            always.signal()
        }

        var descriptor: Int32 { always.descriptor }

        func next() throws(SystemError) -> SourceItem {
            guard taken < count else { return .ended }
            taken += 1
            return .ready(Sample.record("c\(taken % 7)/\(taken).mp4", number: taken))
        }
    }

    private final class Sink: ResultSink {
        private let text = Mutex("")

        var endsTorn: Bool { false }

        var lines: [Substring] { text.withLock { $0.split(separator: "\n") } }

        func write(_ lines: UnsafeRawBufferPointer) throws(SystemError) {
            text.withLock { $0 += String(decoding: lines, as: UTF8.self) }
        }
    }

    private final class NoSignals: SignalSource {
        private let event = Event()

        var descriptor: Int32 { event.descriptor }

        func next() -> Int32? { nil }
    }

    private let disk = MemoryDisk()
    private let sink = Sink()
    private let counts = Counts()

    private func run(_ count: Int, loops: Int, quota: Quota = Quota()) -> FetchEnd {
        var settings = ScriptedWorld.settings()
        (settings.loops, settings.parallel, settings.quota) = (loops, 6, quota)
        let world = FetchWorld(
            clock: SystemClock(), random: { 0.5 }, output: OutputFolder(disk.start()), input: Lines(count),
            results: sink, signals: NoSignals(), makeTransport: { InstantTransport(counts) }, hasThreads: true,
            bootID: "boot")
        return FetchRun(settings, world, observer: nil, notify: { _ in }).run()
    }

    @Test(
        "each record has one result and its file, and no more run than may, with any number of loops",
        .timeLimit(.minutes(1)), arguments: [1, 2, 3, 6, 9])
    func all(loops: Int) {
        #expect(run(300, loops: loops) == .complete(failures: 0))
        #expect(sink.lines.count == 300 && sink.lines.allSatisfy { $0.contains(#""success""#) })
        #expect(disk.files.count == 300 && disk.files.allSatisfy { $0.hasSuffix(".mp4") })
        #expect((1...6).contains(counts.most))
    }

    @Test("a number of files is kept to by all loops together", .timeLimit(.minutes(1)), arguments: [2, 5])
    func quota(loops: Int) {
        #expect(run(300, loops: loops, quota: Quota(files: 37)) == .complete(failures: 0))
        #expect(sink.lines.count == 37 && disk.files.count == 37)
    }

    @Test("what is there is found by all loops, and nothing is asked for", .timeLimit(.minutes(1)))
    func existing() {
        _ = run(100, loops: 3)
        let asked = counts.most
        #expect(run(100, loops: 3) == .complete(failures: 0))
        #expect(sink.lines.count == 200 && sink.lines.suffix(100).allSatisfy { $0.contains(#""skipped""#) })
        #expect(counts.most == asked)
    }
}
