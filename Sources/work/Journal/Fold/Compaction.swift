package import NDJSON
package import POSIX
internal import Records

/// A journal written again without the old lines that no longer count.
///
/// The old ones are those before the first line of a certain time. Of each file that they name the last line that
/// counts stays, with what the fold had carried over to it from earlier ones; all later lines stay as they are. So the
/// fold of each file comes to the same, whatever is appended to either journal.
package struct Compaction: ~Copyable {
    /// What the old lines say of one file, and which of them have to stay.
    private struct Kept: BitwiseCopyable {
        var outcome = Outcome()
        /// The last line that counts.
        var line: UInt32 = 0
        /// The last one of a try, where `line` is none: a record that was dropped keeps its number of tries.
        var tryLine: UInt32 = 0
    }

    /// Lines that are not blank, before and after.
    package private(set) var read = 0
    package private(set) var written = 0

    private var journal: LineFile
    private var output: LineOutput
    private let scanner = LineScanner<ResultField>()
    private var paths = PathTable()
    private var kept = BlockArray<Kept>()
    private var courses = Courses()
    private var errors = ErrorCodes()
    /// The number of the first line that is not old.
    private var end = 0

    /// - Parameter journal: a plain file.
    package init(of journal: consuming LineFile, to output: consuming LineOutput) {
        self.journal = journal
        self.output = output
    }

    /// - Parameters:
    ///   - time: Unix seconds; results from then on are not old, nor is what follows the first of them.
    ///   - now: Unix seconds; what was written later was written by a clock that was ahead, or the clock now is behind.
    package mutating func write(keepingFrom time: Double, now: Double) throws(SystemError) {
        end = try firstLine(since: time, now: now)
        try journal.rewind()
        while let line = try journal.next(), line.number < end { fold(line) }
        try journal.rewind()
        while let line = try journal.next() {
            read += 1
            if line.number >= end { try keep(line) } else { try keepIfItCounts(line) }
        }
        try output.flush()
    }

    /// Lines are in the order in which they were written: one from the future does not count where an old one follows.
    private mutating func firstLine(since time: Double, now: Double) throws(SystemError) -> Int {
        var first = Int.max
        while let line = try journal.next() {
            guard scanner.accepts(line), let finished = scanner.time(.finishedAt) else { continue }
            if finished < time {
                first = .max
            } else {
                first = min(first, line.number)
                if finished <= now { return first }
            }
        }
        return first
    }

    private mutating func fold(_ line: RawLine) {
        guard let (path, result) = scan(line) else { return }
        let number = paths.insert(path)
        if number == kept.count { kept.append(Kept()) }
        guard kept[number].outcome.take(result) else { return }
        kept[number].line = UInt32(line.number)
        if result.status != .queued && result.status != .dropped { kept[number].tryLine = UInt32(line.number) }
    }

    /// The path and what the line says of it; nil for what is not a result of a file.
    private mutating func scan(_ line: RawLine) -> (UnsafeRawBufferPointer, ResultLine)? {
        guard scanner.accepts(line), var result = ResultLine(scanner), let path = scanner.text(ifAny: .path) else {
            return nil
        }
        if result.status == .failed { result.setError(errors.number(of: scanner.text(ifAny: .error))) }
        if let id = scanner.integer(ifAny: .courseID) {
            let title = scanner.text(ifAny: .courseTitle).map { String(decoding: $0, as: UTF8.self) }
            result.setCourse(courses.number(of: id, title: title))
        }
        return (path, result)
    }

    private mutating func keepIfItCounts(_ line: RawLine) throws(SystemError) {
        guard let (path, result) = scan(line), let number = paths.number(of: path) else { return }
        let file = kept[number]
        let isTry = file.outcome.status == .dropped && file.outcome.attempt > 0 && file.tryLine == UInt32(line.number)
        guard isTry || file.line == UInt32(line.number) else { return }
        let counts = result.status != .queued && result.status != .dropped
        let attempt = counts && result.outcome.attempt != file.outcome.attempt ? file.outcome.attempt : nil
        let course = result.outcome.course != file.outcome.course ? file.outcome.course : nil
        if attempt == nil && course == nil { return try keep(line) }
        try write(attempt, course)
    }

    /// Writes the line that was scanned last with what earlier ones had said.
    private mutating func write(_ attempt: UInt16?, _ course: Courses.Number?) throws(SystemError) {
        var changed: NameSet<ResultField> = attempt == nil ? [] : [.attempt]
        if course != nil { changed = changed.union([.courseID, .courseTitle]) }
        output.buffer.open()
        output.buffer.copyFields(of: scanner, without: changed)
        if let attempt { output.buffer.add(ResultField.attempt, attempt) }
        if let course, let id = courses.all[course.index].id {
            output.buffer.add(ResultField.courseID, id)
            if let title = courses.all[course.index].title { output.buffer.add(ResultField.courseTitle, title) }
        }
        output.buffer.close()
        try lineEnded()
    }

    private mutating func keep(_ line: RawLine) throws(SystemError) {
        // What is too long has no bytes any more, and was passed over by every reader.
        guard !line.isTooLong else { return }
        output.buffer.add(line: line.bytes)
        try lineEnded()
    }

    private mutating func lineEnded() throws(SystemError) {
        written += 1
        try output.lineEnded()
    }
}
