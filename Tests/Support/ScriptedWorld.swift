internal import Curl
internal import Foundation
package import POSIX
internal import Records
internal import Store
package import Transfer

/// A world for one run of `tf-fetch` after the other: a disk in memory, a scripted network, lines, signals and a clock.
/// A run in it has one thread and takes no time.
///
///     let world = ScriptedWorld { request in .video(ScriptedWorld.video()) }
///     world.add("a.mp4")
///     let end = world.run()
///     #expect(world.results[0].status == "success")
package final class ScriptedWorld {
    package let clock = TestClock()
    package let disk: MemoryDisk
    package let network: ScriptedNetwork
    package var settings = ScriptedWorld.settings()
    /// Numbers for jitter and backoff, in 0 ..< 1.
    package var random: () -> Double = { 0.5 }
    /// What the last run has learnt, which the next one begins with.
    package var evidence = Evidence()
    /// What somebody tells the runs of their limits, as `FetchWorld` has it.
    package var newLimits: () -> String? = { nil }
    /// What the clock on the wall shows; else that of this machine's zone.
    package var wallTime: (Double) -> WallTime = WallTime.local
    /// Why the input of the next run fails where its lines end; nil: it just ends.
    package var inputError: SystemError?
    /// The folder of the disk that replaced files go to; nil: they are not kept.
    package var keepsOld: String?
    /// What the tool told people.
    package private(set) var notices: [String] = []
    /// What `--debug` was told.
    package private(set) var decisions: [String] = []
    /// Who watches the runs.
    package var observer: (any FetchObserver)?
    /// The lines of the next run, each with the time from which on it is there.
    private var lines: [(text: String, time: Double)] = []
    /// Signals that come, and when.
    private var signals: [(signal: Int32, time: Double)] = []
    private let sink = ScriptedSink()

    /// - Parameter script: answers a request.
    package init(disk: MemoryDisk = MemoryDisk(), _ script: @escaping (ScriptedRequest) -> [ScriptedStep]) {
        self.disk = disk
        network = ScriptedNetwork(clock, script: script)
    }

    package static func settings() -> FetchSettings {
        FetchSettings(
            parallel: 4,
            transfer: TransferSettings(
                userAgent: "test", connectTimeout: 30, wholeTimeout: 600, stallTimeout: 30, stallSpeed: 1024),
            retry: RetryPolicy(quickRetries: 2, quickDelay: 1, backoff: [30, 60, 120, 300, 600]),
            verification: Verification(), minValidity: 60, sync: .full, patience: 3600, minFree: 0, loops: 1)
    }

    // MARK: - What comes in

    /// Adds a record to the input.
    ///
    /// - Parameters:
    ///   - fields: more of them, as JSON: `"size":2048`.
    ///   - time: seconds from now until the line is there.
    package func add(_ path: String, host: String = "http://origin", fields: String = "", after time: Double = 0) {
        let more = fields.isEmpty ? "" : ",\(fields)"
        add(line: #"{"path":"\#(path)","url":"\#(host)/\#(path)"\#(more)}"#, after: time)
    }

    package func add(line: String, after time: Double = 0) { lines.append((line, clock.monotonic + time)) }

    package func send(_ signal: Int32, after time: Double) { signals.append((signal, clock.monotonic + time)) }

    // MARK: - What happens

    /// Runs over the lines that were added since the last run.
    @discardableResult
    package func run() -> FetchEnd {
        let run = FetchRun(
            settings, nextWorld(), evidence: evidence, observer: observer, notify: { self.notices.append($0) },
            debug: { self.decisions.append($0) })
        defer { evidence = run.evidence }
        return run.run()
    }

    /// Probes the lines that were added since the last run; how many records could not be fetched now.
    package func probe() throws(SystemError) -> Int {
        let world = nextWorld()
        return try Probe(
            settings, input: world.input, results: world.results, transport: network, clock: clock
        ).run()
    }

    /// The doors for the lines and signals that were added since the last run.
    private func nextWorld() -> FetchWorld {
        sink.clock = clock
        let input = ScriptedSource(lines, clock, inputError, refreshing: settings.refreshes)
        let stops = ScriptedSignals(signals, clock)
        lines = []
        signals = []
        inputError = nil
        network.sources = [
            (input.descriptor, { input.nextTime }), (stops.descriptor, { stops.nextTime }),
        ]
        let network = network
        var world = FetchWorld(
            clock: clock, random: random, output: OutputFolder(disk.start()), input: input, results: sink,
            signals: stops, makeTransport: { network }, hasThreads: false, bootID: disk.bootID)
        world.newLimits = newLimits
        world.wallTime = wallTime
        world.oldFiles = keepsOld.flatMap { try? disk.start().subfolder($0, links: .refused) }.map {
            OldFiles(OutputFolder($0))
        }
        return world
    }

    // MARK: - What came of it

    /// A result line, read.
    package struct Result {
        package let fields: [String: Any]
        package let line: String

        package var path: String { fields["path"] as? String ?? "" }
        package var status: String { fields["status"] as? String ?? "" }
        package var error: String? { fields["error"] as? String }
        package var message: String { fields["message"] as? String ?? "" }
        package var owner: String? { fields["owner"] as? String }
        package var evidence: String? { fields["evidence"] as? String }
        package var attempt: Int? { fields["attempt"] as? Int }
        package var isRetryable: Bool { fields["retryable"] as? Bool ?? false }
        package var retryAt: Double? { fields["retry_at"] as? Double }
        package var bytes: Int? { fields["bytes"] as? Int }
        package var resumedFrom: Int? { fields["resumed_from"] as? Int }
        package var httpStatus: Int? { fields["http_status"] as? Int }
        package var finishedAt: Double? { fields["finished_at"] as? Double }
    }

    /// All results so far, in the order in which they were written.
    package var results: [Result] {
        sink.text.split(separator: "\n").map { line in
            let object = try? JSONSerialization.jsonObject(with: Data(line.utf8))
            return Result(fields: object as? [String: Any] ?? [:], line: String(line))
        }
    }

    /// The last result of a path.
    package func result(of path: String) -> Result? { results.last { $0.path == path } }

    /// Why writes of results fail from now on; nil: they do not.
    package var sinkError: SystemError? {
        get { sink.error }
        set { sink.error = newValue }
    }

    /// Forgets the results so far.
    package func forgetResults() { sink.text = "" }

    // MARK: - Bytes

    /// The smallest whole MP4 of this size, with bytes that the seed makes its own.
    package static func video(size: Int = 4096, seed: UInt8 = 0) -> [UInt8] {
        func box(_ type: String, _ body: [UInt8]) -> [UInt8] {
            let length = UInt32(8 + body.count)
            return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + Array(type.utf8) + body
        }
        let head = box("ftyp", Array("isom".utf8) + [0, 0, 2, 0]) + box("moov", [])
        let media = max(0, size - head.count - 8)
        // By the page: a byte at a time takes seconds where nothing is optimised.
        let page = (0..<256).map { UInt8($0) &* 31 &+ seed }
        var bytes: [UInt8] = []
        while bytes.count < media { bytes += page }
        return head + box("mdat", Array(bytes.prefix(media)))
    }
}

/// The answers that a script gives most.
extension [ScriptedStep] {
    /// A whole video, or what is asked for of it, with a strong ETag.
    package static func video(
        _ bytes: [UInt8], _ request: ScriptedRequest, etag: String = "\"v1\"", headers: [String] = [], cutAt: Int? = nil
    ) -> [ScriptedStep] {
        let start = request.ifRange == nil || request.ifRange == etag ? Int(request.offset) : 0
        let end = start > 0 ? Swift.min(bytes.count, request.end.map { Int($0) } ?? .max) : bytes.count
        let status =
            start > 0
            ? ["HTTP/1.1 206 Partial Content", "Content-Range: bytes \(start)-\(end - 1)/\(bytes.count)"]
            : ["HTTP/1.1 200 OK"]
        let head = status + ["Content-Length: \(end - start)", "ETag: \(etag)"] + headers
        guard let cutAt, cutAt < end else { return [.head(head), .body([UInt8](bytes[start..<end])), .end] }
        return [
            .head(head), .body([UInt8](bytes[start..<Swift.max(start, cutAt)])),
            .fail(CurlFailure(.partial), wasConnected: true),
        ]
    }

    package static func status(_ status: Int, headers: [String] = [], body: String = "") -> [ScriptedStep] {
        let length = "Content-Length: \(body.utf8.count)"
        return [.head(["HTTP/1.1 \(status) X", length] + headers)]
            + (body.isEmpty ? [] : [.body([UInt8](body.utf8))]) + [.end]
    }

    /// The connection is refused.
    package static var refused: [ScriptedStep] {
        [.fail(CurlFailure(.unconnected, "Couldn't connect to server"), wasConnected: false)]
    }

    /// The connection is reset behind the request.
    package static var reset: [ScriptedStep] {
        [.fail(CurlFailure(.broken, "Failure when receiving data from the peer"), wasConnected: true)]
    }
}

/// Lines that are there from their time on.
private final class ScriptedSource: RecordSource {
    let descriptor: Int32 = -2
    private var lines: [(text: String, time: Double)]
    private var number = 0
    private let clock: TestClock
    private let error: SystemError?
    private let parser: RecordParser

    init(
        _ lines: [(text: String, time: Double)], _ clock: TestClock, _ error: SystemError?, refreshing: Bool
    ) {
        (self.lines, self.clock, self.error) = (lines, clock, error)
        parser = RecordParser(refreshing: refreshing)
    }

    /// At the end of the lines there is always something: the end.
    var nextTime: Double? { lines.first?.time ?? 0 }

    func next() throws(SystemError) -> SourceItem {
        guard let first = lines.first else {
            if let error { throw error }
            return .ended
        }
        guard first.time <= clock.monotonic else { return .nothingYet }
        lines.removeFirst()
        number += 1
        return parser.parse(Array(first.text.utf8), number: number)
    }
}

private final class ScriptedSignals: SignalSource {
    let descriptor: Int32 = -3
    private var signals: [(signal: Int32, time: Double)]
    private let clock: TestClock

    init(_ signals: [(signal: Int32, time: Double)], _ clock: TestClock) {
        self.signals = signals.sorted { $0.time < $1.time }
        self.clock = clock
    }

    var nextTime: Double? { signals.first?.time }

    func next() -> Int32? {
        guard let first = signals.first, first.time <= clock.monotonic else { return nil }
        return signals.removeFirst().signal
    }
}

private final class ScriptedSink: ResultSink, @unchecked Sendable {
    // One thread.
    var text = ""
    var error: SystemError?
    var clock: TestClock?

    var endsTorn: Bool { !text.isEmpty && text.utf8.last != UInt8(ascii: "\n") }

    func write(_ lines: UnsafeRawBufferPointer) throws(SystemError) {
        if let error { throw error }
        text += String(decoding: lines, as: UTF8.self)
    }
}
