import Glibc
import POSIX
import Records
import Store
import Synchronization
import TestSupport
import Testing

@testable import Transfer

/// Results on their way to their lines.
@Suite struct ResultQueueTests {
    /// Keeps what is written.
    private final class Sink: ResultSink {
        private let state = Mutex((text: "", error: SystemError?.none))
        let endsTorn: Bool
        private let isHeld = Atomic(false)

        var isWaitingForReader: Bool { isHeld.load(ordering: .relaxed) }

        func hold(_ held: Bool) { isHeld.store(held, ordering: .relaxed) }

        init(endsTorn: Bool = false) { self.endsTorn = endsTorn }

        var text: String { state.withLock { $0.text } }

        func fail(_ error: SystemError) { state.withLock { $0.error = error } }

        func write(_ lines: UnsafeRawBufferPointer) throws(SystemError) {
            let text = String(decoding: lines, as: UTF8.self)
            let error = state.withLock { state in
                if state.error == nil { state.text += text }
                return state.error
            }
            if let error { throw error }
        }
    }

    private let sink = Sink()
    private let disk = MemoryDisk()

    private func queue(mostUnwritten: Int = 10) -> ResultQueue {
        let writer = ResultWriter(sink, sync: .full, clock: TestClock(), syncOutput: {})
        return ResultQueue(writer, mostUnwritten: mostUnwritten, hasThread: false, wake: {}, isAwaited: { false })
    }

    private func handedOn(_ text: String) -> FetchResult {
        FetchResult(number: 1, echo: Array(text.utf8), outcome: .handedOn)
    }

    /// A part that is whole, and what becomes of its record.
    private func finished(_ path: String, _ output: OutputFolder) throws -> (FetchResult, FinishedFile) {
        let record = Sample.record(path)
        let part = try output.part(for: record.path, bootID: "boot")
        try ScriptedWorld.video().withUnsafeBufferPointer { bytes throws(TryError) in
            try part.append(UnsafeRawBufferPointer(bytes), areLast: true)
        }
        let fetched = FetchOutcome.Fetched(
            httpStatus: 200, bytes: part.length, seconds: 1, attempt: 1, version: ObjectVersion(), isChange: false)
        let file = FinishedFile(
            part: part, modified: nil, onFailure: { .failed(FetchOutcome.Failed($0, isRetryable: true)) })
        return (record.result(.success(fetched)), file)
    }

    @Test("while a reader does not read on, there is no room for more")
    func heldBack() {
        let queue = queue()
        #expect(queue.hasRoom)
        sink.hold(true)
        #expect(!queue.hasRoom)
        sink.hold(false)
        #expect(queue.hasRoom)
    }

    @Test("a result is written with the next flush, and counted with the reports")
    func written() {
        let queue = queue()
        queue.submit(handedOn("{}"))
        #expect(sink.text == "" && !queue.isClear)
        #expect(!queue.flush())
        #expect(sink.text == "{}\n" && !queue.isClear)
        queue.receiveReports()
        #expect(queue.isClear && queue.failed == 1)
    }

    @Test("a flush with nothing to write has no news")
    func nothing() {
        #expect(queue().flush())
    }

    @Test("results are written in the order in which they were submitted")
    func order() {
        let queue = queue()
        for number in 1...5 { queue.submit(handedOn("\(number)")) }
        _ = queue.flush()
        #expect(sink.text == "1\n2\n3\n4\n5\n")
    }

    @Test("so many unwritten results leave no room for more")
    func room() {
        let queue = queue(mostUnwritten: 2)
        queue.submit(handedOn("1"))
        #expect(queue.hasRoom)
        queue.submit(handedOn("2"))
        #expect(!queue.hasRoom)
        _ = queue.flush()
        queue.receiveReports()
        #expect(queue.hasRoom)
    }

    @Test("a path is busy from its reservation to its written result")
    func busy() {
        let queue = queue()
        let path = Sample.record("a.mp4").path
        #expect(!queue.isBusy(path))
        queue.reserve(path)
        queue.submit(handedOn("{}"), path: path)
        #expect(queue.isBusy(path))
        _ = queue.flush()
        queue.receiveReports()
        #expect(!queue.isBusy(path))
    }

    @Test("a file has its name before its line is written, and both are synced")
    func namedFirst() throws {
        let queue = queue()
        let (result, file) = try finished("a.mp4", OutputFolder(disk.start()))
        queue.submit(result, file: file)
        _ = queue.flush()
        queue.receiveReports()
        #expect(disk.files == ["a.mp4"])
        #expect(queue.success == 1 && queue.successBytes == 4096)
        #expect(disk.count(of: .sync) == 2)
    }

    @Test("one sync serves all files of a batch")
    func oneSync() throws {
        let queue = queue()
        let output = OutputFolder(disk.start())
        for number in 1...9 {
            let (result, file) = try finished("\(number).mp4", output)
            queue.submit(result, file: file)
        }
        _ = queue.flush()
        #expect(disk.count(of: .sync) == 2)
    }

    @Test("each file system is synced, and the failure of one is not another's")
    func devices() throws {
        disk.devices = ["a": 1, "b": 2]
        disk.refuse(.sync, at: "b", with: EIO)
        let queue = queue()
        let output = OutputFolder(disk.start())
        for path in ["a/1.mp4", "b/2.mp4"] {
            let (result, file) = try finished(path, output)
            queue.submit(result, file: file)
        }
        _ = queue.flush()
        queue.receiveReports()
        #expect((queue.success, queue.failed) == (1, 1))
        #expect(queue.diskError?.code == .ioError)
        #expect(disk.files == ["a/1.mp4"])
    }

    @Test("a sink that fails is reported, and nothing is written any more")
    func sinkFails() {
        let queue = queue()
        sink.fail(SystemError("cannot write", code: ENOSPC))
        queue.submit(handedOn("{}"))
        _ = queue.flush()
        queue.receiveReports()
        #expect(queue.failure == SystemError("cannot write", code: ENOSPC))
        #expect(!queue.isClear)
        #expect(queue.flush())
    }

    @Test("a torn line is closed before the first result")
    func torn() {
        let sink = Sink(endsTorn: true)
        let writer = ResultWriter(sink, sync: .full, clock: TestClock(), syncOutput: {})
        let queue = ResultQueue(writer, mostUnwritten: 10, hasThread: false, wake: {}, isAwaited: { false })
        for _ in 1...2 {
            queue.submit(handedOn("{}"))
            _ = queue.flush()
        }
        #expect(sink.text == "\n{}\n{}\n")
    }

    @Test("the thread writes all that it was given before it ends, and wakes who waits")
    func thread() throws {
        let woken = Mailbox<Bool>()
        let writer = ResultWriter(sink, sync: .full, clock: TestClock(), syncOutput: {})
        let queue = ResultQueue(
            writer, mostUnwritten: 10, hasThread: true, wake: { woken.put(true) }, isAwaited: { true })
        let (result, file) = try finished("a.mp4", OutputFolder(disk.start()))
        queue.submit(result, file: file)
        _ = queue.flush()
        while !queue.isClear {
            if !queue.hasReports { _ = woken.take() }
            queue.receiveReports()
        }
        queue.close()
        #expect(queue.success == 1)
        #expect(sink.text.hasSuffix("\n"))
    }

    @Test("the thread ends where its output fails, and says so")
    func threadFails() {
        let woken = Mailbox<Bool>()
        let writer = ResultWriter(sink, sync: .full, clock: TestClock(), syncOutput: {})
        let queue = ResultQueue(
            writer, mostUnwritten: 10, hasThread: true, wake: { woken.put(true) }, isAwaited: { true })
        sink.fail(SystemError("cannot write", code: EPIPE))
        queue.submit(handedOn("{}"))
        _ = queue.flush()
        _ = woken.take()
        queue.receiveReports()
        #expect(queue.failure?.isBrokenPipe == true)
        queue.close()
    }
}
