internal import Glibc
internal import NDJSON
package import POSIX
internal import Records
internal import Store
internal import Synchronization

/// Which files a long check has found whole so far, in a file of its own: a check that was killed goes on behind them.
///
/// A note says which file it was, and by what it was checked. It counts as long as both are still so. Whoever has checked
/// a file notes it, on whichever thread, so that no file has to wait for another one.
package final class CheckedFiles: @unchecked Sendable {
    /// A file as it was, and by what it was checked.
    struct Note: Equatable {
        fileprivate let bytes: Int64
        /// Nanoseconds since 1970, of its content and of all that is known of it: what is copied over a file with its
        /// old time changes the second one.
        fileprivate let modified, changed: Int64
        /// How closely, as what, and by which hashes, in words.
        fileprivate let check: String

        init(_ status: stat, _ expected: ExpectedFile, _ level: Verification.Level, _ checksums: [Checksum]) {
            bytes = Int64(status.st_size)
            (modified, changed) = (status.st_mtim.nanoseconds, status.st_ctim.nanoseconds)
            let hashes = checksums.map { "\($0.algorithm.rawValue) \(Hexadecimal.text($0.value))" }
            check = (["\(level)", "\(expected.kind)"] + hashes).joined(separator: " ")
        }

        /// Nil for a line of an earlier version, which said less.
        fileprivate init?(_ line: LineScanner<NoteField>) {
            guard let bytes = line.integer(ifAny: .bytes), let modified = line.integer(ifAny: .modified),
                let changed = line.integer(ifAny: .changed), let check = line.string(ifAny: .check)
            else { return nil }
            (self.bytes, self.modified, self.changed, self.check) = (bytes, modified, changed, check)
        }
    }

    /// What is to be written, by all threads.
    private struct Pending: ~Copyable {
        var output: LineOutput
        var files = 0
        var bytes: Int64 = 0
        var failure: SystemError?
    }

    private let path: String
    private let isKept: Bool
    private let file: File
    private let clock: any Clock
    // Not changed once all was read.
    private let known: PathTable
    private let notes: [Note]
    private let pending: Mutex<Pending>
    private let passedOver = Atomic(0)

    /// Seconds for which it counts that a file was whole: disks rot slowly, and a check that was given up long ago is to
    /// begin anew.
    private static let validity = 7.0 * 86400
    /// What a check that is killed loses: the notes of so many files, or of so many bytes of them.
    private static let mostFiles = 64
    private static let mostBytes: Int64 = 1 << 20

    /// Reads what an earlier check has left in the file, which is made where it is not there.
    ///
    /// - Parameter isKept: whether the file stays when the check has come to its end.
    package init(_ path: String, isKept: Bool = false, _ clock: any Clock) throws(SystemError) {
        (self.path, self.isKept, self.clock) = (path, isKept, clock)
        file = try File(appendingTo: path)
        pending = Mutex(Pending(output: LineOutput(file.descriptor)))
        var known = PathTable()
        var notes: [Note] = []
        let line = LineScanner<NoteField>()
        var lines = try LineFile(path)
        while let raw = try lines.next() {
            guard line.accepts(raw), let path = line.text(ifAny: .path), let time = line.number(ifAny: .finishedAt),
                clock.now - time < Self.validity, let note = Note(line)
            else { continue }
            let number = known.insert(path)
            if number == notes.count { notes.append(note) } else { notes[number] = note }
        }
        self.known = known
        self.notes = notes
    }

    /// How many an earlier check has left.
    package var count: Int { notes.count }

    /// How many of them were passed over, as they are still the same.
    package var passed: Int { passedOver.load(ordering: .relaxed) }

    /// Why notes cannot be written, if so.
    var failure: SystemError? { pending.withLock { $0.failure } }

    /// Whether the file was found whole as it is now, by the same check. It is counted then.
    func passes(_ path: RelativePath, _ note: Note) -> Bool {
        let number = Array(path.text.utf8).withUnsafeBytes { known.number(of: $0) }
        guard let number, notes[number] == note else { return false }
        passedOver.add(1, ordering: .relaxed)
        return true
    }

    func add(_ path: RelativePath, _ note: Note) {
        pending.withLock { pending in
            pending.output.buffer.open()
            pending.output.buffer.add(NoteField.path, path.text)
            pending.output.buffer.add(NoteField.bytes, note.bytes)
            pending.output.buffer.add(NoteField.modified, note.modified)
            pending.output.buffer.add(NoteField.changed, note.changed)
            pending.output.buffer.add(NoteField.check, note.check)
            pending.output.buffer.add(NoteField.finishedAt, milliseconds: clock.now)
            pending.output.buffer.close()
            pending.files += 1
            pending.bytes += note.bytes
            if pending.files >= Self.mostFiles || pending.bytes >= Self.mostBytes { Self.write(&pending) }
        }
    }

    /// Writes what was noted, before the process ends.
    package func flush() { pending.withLock { Self.write(&$0) } }

    private static func write(_ pending: inout Pending) {
        do throws(SystemError) { try pending.output.flush() } catch { pending.failure = pending.failure ?? error }
        (pending.files, pending.bytes) = (0, 0)
    }

    /// The check has come to its end: the next one begins anew, unless the notes are to be kept.
    func finish() throws(SystemError) {
        guard isKept else {
            unlink(path)
            return
        }
        flush()
        if let failure { throw failure }
    }
}

/// The names in a note.
private enum NoteField: UInt8, FieldName {
    case path, bytes, modified, changed, check, finishedAt

    static let names = snakeCaseNames
}
