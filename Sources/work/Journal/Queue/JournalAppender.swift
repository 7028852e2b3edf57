internal import Glibc
package import NDJSON
package import POSIX
internal import Records

/// Puts results and marks at a journal's end, on lines of their own whatever bytes are before them, and on the disk. A
/// mark without a time, as a user may have made it, gets one that is later than all the journal knows of its record.
package struct JournalAppender: ~Copyable {
    private let file: File
    private let name: String
    private let journalPath: String
    private let now: Double
    /// What the journal says; read when the first mark without a time comes.
    private var journal = FoldedJournal()
    private var isFolded = false
    private var output: LineOutput
    private let scanner = LineScanner<Field>()
    package private(set) var appended = 0

    /// - Parameters:
    ///   - journal: the path of a file, which is made where there is none.
    ///   - now: Unix seconds.
    package init(to journal: String, now: Double) throws(SystemError) {
        (journalPath, self.now) = (journal, now)
        file = try File(appendingTo: journal)
        output = LineOutput(file.descriptor)
        name = "'\(journal)'"
    }

    /// Appends the lines that a journal's reader would count; tells of each other one, with its number.
    package mutating func append(
        _ lines: inout LineFile, problem: (LineError, _ line: Int) -> Void
    ) throws(SystemError) {
        while let line = try lines.next() {
            do throws(LineError) { try check(line) } catch {
                problem(error, line.number)
                continue
            }
            try add(line)
            appended += 1
            try writing { output throws(SystemError) in try output.lineEnded() }
        }
        try writing { output throws(SystemError) in try output.flush() }
        // What cannot be synced, as a pipe, is not a journal that a power cut could damage.
        guard fdatasync(file.descriptor) == 0 || errno == EINVAL || errno == EROFS else {
            throw SystemError("cannot write \(name)")
        }
    }

    /// Adds the line that was checked last.
    private mutating func add(_ line: RawLine) throws(SystemError) {
        let status = scanner.text(ifAny: .status).flatMap { Status(utf8: $0) }
        guard status == .queued || status == .dropped, scanner.time(.finishedAt) == nil else {
            output.buffer.add(line: line.bytes)
            return
        }
        let known = try knownAt()
        output.buffer.open(copying: scanner, without: known == nil ? [.finishedAt] : [.finishedAt, .knownAt])
        output.buffer.add(Field.finishedAt, milliseconds: now)
        if let known { output.buffer.add(Field.knownAt, milliseconds: known) }
        output.buffer.close()
    }

    /// The time of the latest line about the path of the line that was checked last.
    private mutating func knownAt() throws(SystemError) -> Double? {
        if !isFolded {
            isFolded = true
            var lines = try LineFile(journalPath)
            // What cannot be read again, as a pipe, is not a journal.
            if lines.isPlainFile { try journal.read(&lines) }
        }
        guard let path = scanner.text(ifAny: .path), let number = journal.paths.number(of: path) else { return nil }
        return journal.knownAt(number)
    }

    private func check(_ line: RawLine) throws(LineError) {
        try scanner.scan(line)
        guard let status = try scanner.text(.status) else { throw .missing(name: Field.status.name) }
        guard Status(utf8: status) != nil else {
            throw .wrongType(name: Field.status.name, found: .string, wanted: "one that a journal knows")
        }
    }

    private mutating func writing(_ body: (inout LineOutput) throws(SystemError) -> Void) throws(SystemError) {
        do throws(SystemError) { try body(&output) } catch {
            throw SystemError("cannot write \(name)", code: error.code)
        }
    }
}
