internal import Glibc
internal import NDJSON
internal import POSIX
internal import Records
internal import Store
internal import TestSupport
internal import Transfer

/// Counts what a process does, kills it at its time, and refuses what the disk of the world refuses. A process that is
/// dead does nothing any more.
final class DiskGate: @unchecked Sendable {
    // A world has one thread.
    var plan: WorldPlan?
    var timeOf: () -> Double = { 0 }
    var isDead = false
    private var steps = 0
    private var crashAfter: Int?

    func begin(crashAfter: Int?) { (isDead, steps, self.crashAfter) = (false, 0, crashAfter) }

    /// One more step. False: it was not done any more.
    func step() -> Bool {
        steps += 1
        if let crashAfter, steps >= crashAfter { isDead = true }
        return !isDead
    }

    func refusal(of operation: MemoryDisk.Operation, at path: String) -> Int32? {
        guard !isDead, step() else { return EBADF }
        guard let plan else { return nil }
        if operation == .write, plan.records.contains(where: { $0.kind == .tooLarge && path == $0.path + ".part" }) {
            return EFBIG
        }
        let time = timeOf()
        for trouble in plan.troubles where trouble.holds(at: time) {
            switch (trouble.kind, operation) {
            case (.disk(let code), .create), (.disk(let code), .write), (.disk(let code), .makeFolder): return code
            case (.folder(let number), .create) where path.hasPrefix("f\(number)/"): return EACCES
            case (.descriptors, .create), (.descriptors, .open), (.descriptors, .openFolder): return EMFILE
            default: break
            }
        }
        return nil
    }
}

/// The lines of a round, signed as they are read.
final class SimulatedInput: RecordSource {
    let descriptor: Int32 = -2
    let lines: [[UInt8]]
    private(set) var taken = 0
    private let clock: TestClock
    private let plan: WorldPlan
    private let watch: HostWatch
    private let parser = RecordParser()

    init(_ lines: [[UInt8]], _ clock: TestClock, _ plan: WorldPlan, _ watch: HostWatch) {
        (self.lines, self.clock, self.plan, self.watch) = (lines, clock, plan, watch)
    }

    func next() throws(SystemError) -> SourceItem {
        guard taken < lines.count else { return .ended }
        taken += 1
        return parser.parse(signed(lines[taken - 1]), number: taken)
    }

    private func signed(_ line: [UInt8]) -> [UInt8] {
        guard let validity = plan.validity else { return line }
        return line.dropLast() + Array(",\"expires_at\":\(Int(clock.now + validity))}".utf8)
    }

    /// Whether lines of this host were not taken yet.
    func isLeft(_ host: Int) -> Bool {
        let text = Array("\"\(plan.hosts[host].origin)/".utf8)
        return lines[taken...].contains { $0.firstRange(of: text) != nil }
    }
}

final class SimulatedSignals: SignalSource {
    let descriptor: Int32 = -3
    var pending: Int32?

    func next() -> Int32? {
        defer { pending = nil }
        return pending
    }
}

/// The journal's end.
final class SimulatedSink: ResultSink, @unchecked Sendable {
    // A world has one thread.
    private(set) var bytes: [UInt8]
    private let gate: DiskGate

    init(_ bytes: [UInt8], _ gate: DiskGate) { (self.bytes, self.gate) = (bytes, gate) }

    var endsTorn: Bool { bytes.last.map { $0 != UInt8(ascii: "\n") } ?? false }

    func write(_ lines: UnsafeRawBufferPointer) throws(SystemError) {
        guard !gate.isDead, gate.step() else { return }
        bytes += lines
    }
}

/// What the results of one round say.
struct RoundResults {
    struct Result {
        var path = ""
        var status = ""
        var error = ""
        var owner = ""
        var attempt: Int64?
        var isRetryable = false
        /// Whether its host was asked for it.
        var isTried = false

        /// Whether its host never came to look at the key.
        var isOfHost: Bool {
            owner == FaultOwner.host.rawValue || owner == FaultOwner.way.rawValue
                || ["connect", "rate_limited", "server_error", "stalled", "truncated"].contains(error)
        }
    }

    private(set) var all: [Result] = []
    private(set) var unreadable = 0

    init(_ journal: ArraySlice<UInt8>) {
        let scanner = LineScanner<Field>()
        for line in journal.split(separator: UInt8(ascii: "\n")) {
            var result = Result()
            do throws(LineError) {
                try scanner.scan(Array(line))
                result.path = try scanner.string(.path) ?? ""
                result.status = try scanner.string(.status) ?? ""
                result.error = try scanner.string(.error) ?? ""
                result.owner = try scanner.string(.owner) ?? ""
                result.attempt = try scanner.integer(.attempt)
                result.isRetryable = try scanner.boolean(.retryable) ?? false
                result.isTried = try scanner.number(.seconds) != nil
            } catch { unreadable += 1 }
            all.append(result)
        }
    }
}
