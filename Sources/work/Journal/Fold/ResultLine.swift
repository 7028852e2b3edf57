internal import Glibc
internal import NDJSON
internal import Records

/// The fields of a result line that statistics and the queue are made of.
enum ResultField: UInt8, FieldName {
    case path, status, stage, error, retryable, retryAt, bytes, seconds, attempt, finishedAt, courseID, courseTitle,
        resumedFrom, owner, knownAt, host, unchanged, changed, kept, found, movedFrom

    static let names: [String] = allCases.map { field in
        let known: Field =
            switch field {
            case .path: .path
            case .status: .status
            case .stage: .stage
            case .error: .error
            case .retryable: .retryable
            case .retryAt: .retryAt
            case .bytes: .bytes
            case .seconds: .seconds
            case .attempt: .attempt
            case .finishedAt: .finishedAt
            case .courseID: .courseID
            case .courseTitle: .courseTitle
            case .resumedFrom: .resumedFrom
            case .owner: .owner
            case .knownAt: .knownAt
            case .host: .host
            case .unchanged: .unchanged
            case .changed: .changed
            case .kept: .kept
            case .found: .found
            case .movedFrom: .movedFrom
            }
        return known.name
    }
}

/// A result, read from its line. Fields that only add to it, and are not of their type, count as absent: a result whose
/// `bytes` is a string is still a result.
struct ResultLine {
    let status: Status
    private(set) var outcome = Outcome()
    /// How long the try took.
    private(set) var seconds = 0.0
    private(set) var finishedAt: Double?
    /// Bytes that came in this try.
    private(set) var received: Int64 = 0
    /// The last try ended before it could say anything about the file: stopped, in another process's hands, or never
    /// signed.
    private(set) var isUnfinishedTry = false
    /// What the origin said when it was asked for what had changed; nil where it was not asked.
    private(set) var refresh: RefreshAnswer?

    /// Nil where the line has no known status.
    init?(_ line: LineScanner<ResultField>) {
        guard let text = line.text(ifAny: .status), let status = Status(utf8: text) else { return nil }
        self.status = status
        outcome.status = status
        finishedAt = line.time(.finishedAt)
        (outcome.time, outcome.isTimeMoved) = Outcome.time(finishedAt: finishedAt, knownAt: line.time(.knownAt))
        guard !isMark else {
            outcome.isTimeMoved = false
            return
        }
        outcome.bytes = max(0, (line.integer(ifAny: .bytes) ?? 0))
        received = max(0, outcome.bytes - max(0, (line.integer(ifAny: .resumedFrom) ?? 0)))
        seconds = line.duration(.seconds)
        outcome.attempt = UInt16(clamping: (line.integer(ifAny: .attempt) ?? 0))
        switch status {
        case .failed: takeFailure(line)
        case .skipped: takeSkipped(line)
        case .success:
            if line.boolean(ifAny: .changed) ?? false { refresh = .changed(isKept: line.has(.kept)) }
        case .queued, .dropped: break
        }
    }

    var isUnchanged: Bool { refresh == .unchanged }

    /// What changes a record without a try.
    var isMark: Bool { !outcome.isTry }

    /// Nothing that would take a success away.
    var saysNothingNew: Bool { status == .skipped || isUnfinishedTry }

    mutating func setCourse(_ course: Courses.Number) { outcome.course = course }

    /// The error's number, which a journal gives it: a try that was stopped, or found the file in another process's
    /// hands, was none.
    mutating func setError(_ error: ErrorCodes.Number) {
        outcome.error = error
        if error.isUnfinishedTry { isUnfinishedTry = true }
        // Whatever an older version says: the settings can be mended, and then the record can be signed.
        if error == .unsigned { outcome.isRetryable = true }
    }

    private mutating func takeSkipped(_ line: LineScanner<ResultField>) {
        if line.boolean(ifAny: .unchanged) ?? false { refresh = .unchanged }
        outcome.isMoved = line.has(.movedFrom)
    }

    private mutating func takeFailure(_ line: LineScanner<ResultField>) {
        if line.has(.found) { refresh = .notConfirmed }
        outcome.isRetryable = line.boolean(ifAny: .retryable) ?? false
        outcome.owner = line.text(ifAny: .owner).flatMap(FaultOwner.init(utf8:))
        if let owner = outcome.owner, owner != .record {
            // A folder or name that refuses does so until it is mended, which the result knows.
            if owner != .folder { outcome.isRetryable = true }
        }
        outcome.setRetry(line.time(.retryAt) ?? 0, finishedAt: finishedAt)
        isUnfinishedTry = line.text(ifAny: .stage).isText(Stage.sign.rawValue)
    }
}

/// Fields of which what is beyond all sense counts as absent.
extension LineScanner {
    /// A length of time in seconds; 0 where there is none.
    func duration(_ name: Name) -> Double {
        let value = number(ifAny: name) ?? 0
        return value > 0 && value < 1e9 ? value : 0
    }

    /// A time in Unix seconds, from 1970 to the year 9999; nil where it is not one.
    func time(_ name: Name) -> Double? {
        guard let value = number(ifAny: name), value >= 0, value < 253_402_300_800 else { return nil }
        return value
    }
}

extension UnsafeRawBufferPointer {
    func isText(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { $0.count == count && (count == 0 || memcmp($0.baseAddress!, baseAddress!, count) == 0) }
    }
}

extension UnsafeRawBufferPointer? {
    func isText(_ text: String) -> Bool { self?.isText(text) ?? false }
}

extension FaultOwner {
    init?(utf8 text: UnsafeRawBufferPointer) {
        guard let owner = Self.allCases.first(where: { text.isText($0.rawValue) }) else { return nil }
        self = owner
    }
}

extension Status {
    init?(utf8 text: UnsafeRawBufferPointer) {
        guard let status = Self.allCases.first(where: { text.isText($0.rawValue) }) else { return nil }
        self = status
    }
}

/// Results of some lines, scanned and on their way to a journal. It is filled by one thread, and then read by another.
final class ResultBatch: @unchecked Sendable {
    struct Entry {
        let result: ResultLine
        let hash: PathTable.Hash
        let course: Int64?
        /// Path, title, error and host are one after the other.
        fileprivate let start: Int
        fileprivate let pathLength, titleLength, errorLength, hostLength: Int32

        func path(in text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer { part(of: text, 0, pathLength)! }

        /// The title of the course; nil where none is known.
        func title(in text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
            part(of: text, pathLength, titleLength)
        }

        func error(in text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
            part(of: text, pathLength + max(0, titleLength), errorLength)
        }

        /// Who got the record; nil where the line does not say so.
        func host(in text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
            part(of: text, pathLength + max(0, titleLength) + max(0, errorLength), hostLength)
        }

        private func part(of text: UnsafeRawBufferPointer, _ offset: Int32, _ length: Int32) -> UnsafeRawBufferPointer?
        {
            guard length >= 0 else { return nil }
            let from = start + Int(offset)
            return UnsafeRawBufferPointer(rebasing: text[from..<from + Int(length)])
        }
    }

    fileprivate(set) var lines = FoldedJournal.LineCounts()
    /// The paths that files had before they were renamed.
    fileprivate(set) var movedFrom: [[UInt8]] = []
    private(set) var entries: [Entry] = []
    private(set) var text: [UInt8] = []

    /// Empties it, and keeps its memory: arrays of a megabyte would else come from the system page by page each time.
    func removeAll() {
        lines = FoldedJournal.LineCounts()
        movedFrom.removeAll()
        entries.removeAll(keepingCapacity: true)
        text.removeAll(keepingCapacity: true)
    }

    fileprivate func add(
        _ result: ResultLine, path: UnsafeRawBufferPointer, course: Int64?, title: UnsafeRawBufferPointer?,
        error: UnsafeRawBufferPointer?, host: UnsafeRawBufferPointer?
    ) {
        let start = text.count
        text.append(contentsOf: path)
        if let title { text.append(contentsOf: title) }
        if let error { text.append(contentsOf: error) }
        if let host { text.append(contentsOf: host) }
        entries.append(
            Entry(
                result: result, hash: PathTable.hash(of: path), course: course, start: start,
                pathLength: Int32(path.count), titleLength: title.map { Int32($0.count) } ?? -1,
                errorLength: error.map { Int32($0.count) } ?? -1, hostLength: host.map { Int32($0.count) } ?? -1))
    }
}

/// Turns lines into results. One belongs to one thread.
final class ResultScanner {
    private let line = LineScanner<ResultField>()

    /// Adds the line's result, or counts that it is not one.
    func scan(_ raw: RawLine, into batch: ResultBatch) {
        batch.lines.read += 1
        guard line.accepts(raw), let result = ResultLine(line) else {
            batch.lines.passedOver += 1
            return
        }
        guard let path = line.text(ifAny: .path) else {
            batch.lines.passedOver += 1
            if result.status == .failed { batch.lines.withoutPath += 1 }
            return
        }
        if result.outcome.isMoved || result.status == .dropped, let old = line.text(ifAny: .movedFrom) {
            batch.movedFrom.append(Array(old))
        }
        let course = line.integer(ifAny: .courseID)
        batch.add(
            result, path: path, course: course, title: course == nil ? nil : line.text(ifAny: .courseTitle),
            error: result.status == .failed ? line.text(ifAny: .error) : nil, host: line.text(ifAny: .host))
    }
}
