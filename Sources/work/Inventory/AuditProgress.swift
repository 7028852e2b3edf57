package import Journal
package import NDJSON
package import POSIX
internal import Records
internal import Synchronization

/// How far an audit has come: it is written by all threads that check files, and may be read at any moment.
package final class AuditProgress: Sendable {
    private let checkedFiles = Atomic(0)
    private let flawedFiles = Atomic(0)
    private let readBytes = Atomic<Int64>(0)
    private let otherBytes = Atomic<Int64>(0)

    package init() {}

    /// Files whose check has ended, and how many of them are not as they should be.
    package var files: Int { checkedFiles.load(ordering: .relaxed) }
    package var flawed: Int { flawedFiles.load(ordering: .relaxed) }

    /// Bytes that were read to be hashed.
    package var read: Int64 { readBytes.load(ordering: .relaxed) }

    /// Bytes that are done with, read or not.
    package var done: Int64 { read.addingWithinBounds(max(0, otherBytes.load(ordering: .relaxed))) }

    func read(_ bytes: Int64) { readBytes.add(bytes, ordering: .relaxed) }

    /// These bytes need not be read. A record may say any number.
    func passOver(_ bytes: Int64) { otherBytes.wrappingAdd(min(max(0, bytes), Self.largestFile), ordering: .relaxed) }

    /// As large as ext4 lets a file be.
    private static let largestFile: Int64 = 1 << 44

    func end(isWhole: Bool) {
        checkedFiles.add(1, ordering: .relaxed)
        if !isWhole { flawedFiles.add(1, ordering: .relaxed) }
    }
}

/// What an audit has before it, as far as catalogue and results tell.
package struct AuditWork: Sendable {
    package private(set) var files = 0
    /// How many of the files have a size that is known, and what these have together.
    private var sized = 0
    private var bytes: Int64 = 0

    /// Reads the catalogue, and goes back to its start.
    ///
    /// - Parameter journal: of the results; nil: every record's file has to be there.
    package init(_ catalog: inout LineFile, _ journal: borrowing FoldedJournal?) throws(SystemError) {
        let line = LineScanner<Field>()
        while let raw = try catalog.next() {
            guard line.accepts(raw), let path = line.text(ifAny: .path) else { continue }
            add(line.integer(ifAny: .size), Self.known(of: path, journal))
        }
        try catalog.rewind()
    }

    /// Whether the file has to be there, and its size by the results; 0 where they do not say it.
    private static func known(
        of path: UnsafeRawBufferPointer, _ journal: borrowing FoldedJournal?
    ) -> (isThere: Bool, bytes: Int64) {
        switch journal {
        case .none: return (true, 0)
        case .some(let journal):
            guard let number = journal.paths.number(of: path) else { return (false, 0) }
            let outcome = journal[number]
            return (outcome.state(tries: 1).isThere, outcome.bytes)
        }
    }

    private mutating func add(_ size: Int64?, _ known: (isThere: Bool, bytes: Int64)) {
        guard known.isThere else { return }
        files += 1
        let size = size ?? known.bytes
        guard size > 0 else { return }
        sized += 1
        bytes = Int64(clamping: UInt64(bytes) + UInt64(size))
    }

    /// What the files have together, of some perhaps by the mean of the others; nil where nothing is known of any.
    package var expectedBytes: Int64? {
        guard sized > 0 else { return nil }
        let whole = Double(bytes) / Double(sized) * Double(files)
        return isExact ? bytes : Int64(exactly: whole.rounded()) ?? .max
    }

    package var isExact: Bool { sized == files }
}
