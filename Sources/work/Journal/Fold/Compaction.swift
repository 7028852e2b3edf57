package import NDJSON
package import POSIX
internal import Records

/// A journal, in one file or several, written again as one without the old lines that no longer count.
///
/// The old ones are, in each file, those before the first line of a certain time. Of each file that they name the lines that count stay,
/// mostly one, with what the fold had carried over to it from earlier ones; all later lines stay as they are. So the fold
/// of each file comes to the same, whatever is appended to either journal.
package struct Compaction: ~Copyable {
    /// Which old lines of a file have to stay, where they have no times.
    private struct Kept: BitwiseCopyable {
        /// The last line that counts.
        var line: UInt32 = 0
        /// The last one of a try, where `line` is none: a record that was dropped keeps its number of tries.
        var tryLine: UInt32 = 0
        /// The last one by which the origin still has what the file is from.
        var confirmation: UInt32 = 0
        /// When that was.
        var confirmedAt: UInt64 = 0
    }

    /// Lines that are not blank, before and after.
    package private(set) var read = 0
    package private(set) var written = 0

    private let journals: [String]
    private var output: LineOutput
    private let scanner = LineScanner<ResultField>()
    /// Of the old lines.
    private var folded = FoldedJournal()
    private let batch = ResultBatch()
    private var kept = BlockArray<Kept>()
    /// The lines with times that were written: one that came twice is written once.
    private var seen: Set<Int> = []
    /// Of several files only times tell which line is the later one: where one of a path has none, all of its lines stay.
    private var untimed: Set<Int> = []
    /// Lines of the files before the one that is read.
    private var before = 0

    /// - Parameter journals: the paths of plain files.
    package init(of journals: [String], to output: consuming LineOutput) {
        self.journals = journals
        self.output = output
    }

    /// - Parameters:
    ///   - time: Unix seconds; results from then on are not old, nor is what follows the first of them.
    ///   - now: Unix seconds; what was written later was written by a clock that was ahead, or the clock now is behind.
    package mutating func write(keepingFrom time: Double, now: Double) throws(SystemError) {
        var ends: [Int] = []
        for path in journals {
            var journal = try LineFile(path)
            let end = try firstLine(of: &journal, since: time, now: now)
            try journal.rewind()
            var count = 0
            while let line = try journal.next(), line.number < end {
                fold(line)
                count = line.number
            }
            ends.append(end)
            before += count
        }
        before = 0
        for (path, end) in zip(journals, ends) {
            var journal = try LineFile(path)
            var count = 0
            while let line = try journal.next() {
                read += 1
                if line.number >= end {
                    try keep(line)
                } else {
                    try keepIfItCounts(line)
                    count = line.number
                }
            }
            before += count
        }
        try output.flush()
    }

    /// The number of the first line that is not old. Lines are in the order in which they were written: one from the
    /// future does not count where an old one follows.
    private mutating func firstLine(
        of journal: inout LineFile, since time: Double, now: Double
    ) throws(SystemError) -> Int {
        var first = Int.max
        while let line = try journal.next() {
            // A mark is a moment's work, and may stand before old lines that were merged.
            guard scanner.accepts(line), let finished = scanner.time(.finishedAt), !isMark else { continue }
            if finished < time {
                first = .max
            } else {
                first = min(first, line.number)
                if finished <= now { return first }
            }
        }
        return first
    }

    private var isMark: Bool {
        let status = scanner.text(ifAny: .status).flatMap { Status(utf8: $0) }
        return status == .queued || status == .dropped
    }

    private mutating func fold(_ line: RawLine) {
        guard let (number, result) = folded.take(line, through: batch) else { return }
        while kept.count <= number { kept.append(Kept()) }
        if result.outcome.time == 0 && journals.count > 1 { untimed.insert(number) }
        let place = UInt32(before + line.number)
        if result.isUnchanged, result.outcome.time >= kept[number].confirmedAt {
            (kept[number].confirmation, kept[number].confirmedAt) = (place, result.outcome.time)
        }
        guard folded[number].isSame(as: result.outcome) else { return }
        kept[number].line = place
        if !result.isMark { kept[number].tryLine = place }
    }

    private mutating func keepIfItCounts(_ line: RawLine) throws(SystemError) {
        guard let (number, result) = folded.recall(line, through: batch) else { return }
        if untimed.contains(number) { return try keep(line) }
        let outcome = folded[number]
        guard counts(result, number, before + line.number) else { return }
        if result.outcome.time != 0, !seen.insert(result.outcome.identity(number)).inserted { return }
        // What the history has is told by the line itself.
        let isCarriedOver = !result.isMark && !folded.keeps(result, of: number)
        let attempt = isCarriedOver && result.outcome.attempt != outcome.attempt ? outcome.attempt : nil
        let course = result.outcome.course != outcome.course ? outcome.course : nil
        if attempt == nil && course == nil { return try keep(line) }
        guard scanner.accepts(line) else { return }
        try write(attempt, course)
    }

    private func counts(_ result: ResultLine, _ number: Int, _ line: Int) -> Bool {
        let (outcome, last) = (folded[number], kept[number])
        if last.confirmation == UInt32(line) || folded.keeps(result, of: number) { return true }
        if outcome.isSame(as: result.outcome) { return outcome.time != 0 || last.line == line }
        return outcome.status == .dropped && outcome.attempt > 0 && last.tryLine == UInt32(line)
    }

    /// Writes the line that was scanned last with what earlier ones had said.
    private mutating func write(_ attempt: UInt16?, _ course: Courses.Number?) throws(SystemError) {
        var changed: NameSet<ResultField> = attempt == nil ? [] : [.attempt]
        if course != nil { changed = changed.union([.courseID, .courseTitle]) }
        output.buffer.open()
        output.buffer.copyFields(of: scanner, without: changed)
        if let attempt { output.buffer.add(ResultField.attempt, attempt) }
        if let course, case let known = folded.courses.all[course.index], let id = known.id {
            output.buffer.add(ResultField.courseID, id)
            if let title = known.title { output.buffer.add(ResultField.courseTitle, title) }
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
