internal import NDJSON
package import POSIX
internal import Records
package import Store

/// The records whose files are there already, as `skipped` results for the journal: what `tf-fetch` would say of them,
/// by the same checks, but before anything is signed.
///
/// What it cannot decide as `tf-fetch` would, it leaves to it: files that have to be hashed, and records that are not as
/// they should be, or whose `url` may be a key to the video, which no line must hand on.
package final class FoundFiles {
    private let folder: OutputFolder
    private let verification: Verification
    private let clock: any Clock
    private let file: File
    private var output: LineOutput
    private var hasFound = false

    /// - Parameter file: what the results are appended to.
    package init(in folder: OutputFolder, _ verification: Verification, _ clock: any Clock, to file: File) {
        self.folder = folder
        self.verification = verification
        self.clock = clock
        self.file = file
        output = LineOutput(file.descriptor)
    }

    /// Looks for the record's file. Returns its size; nil where there is none, or `tf-fetch` has to decide.
    ///
    /// - Parameters:
    ///   - attempt: tries so far, by the journal; 0 where it knows of none.
    ///   - knownAt: the time of its latest line about the record.
    func find(_ record: LineScanner<Field>, attempt: UInt16, knownAt: Double?) throws(SystemError) -> Int64? {
        guard Self.isPlain(record), let (file, earlier) = Self.file(of: record, folder, verification) else {
            return nil
        }
        guard !file.isToBeHashed, write(file, record, attempt > 0 ? Int64(attempt) : earlier, knownAt)
        else { return nil }
        hasFound = true
        try output.lineEnded()
        return file.size
    }

    /// Called at the end. The files that were found are on the disk then, as they are before `tf-fetch` reports them.
    package func finish() throws(SystemError) {
        if hasFound { folder.sync() }
        try output.flush()
    }

    /// Whether the record has a place that could be signed, and no URL that is a secret.
    private static func isPlain(_ record: LineScanner<Field>) -> Bool {
        guard !record.has(.signedURL), record.occurrences(of: .url) < 2 else { return false }
        guard let url = record.text(ifAny: .url) else { return !record.has(.url) && record.text(ifAny: .key) != nil }
        // A user's name and password, too, are a secret.
        return url.starts(with: "http".utf8) && SigningParameters.first(in: url) == nil
            && !url.contains(UInt8(ascii: "@"))
    }

    /// The file, and how many tries the record itself tells of. Nil where it is not there, or the record is bad.
    private static func file(
        of record: LineScanner<Field>, _ folder: OutputFolder, _ verification: Verification
    ) -> (ExistingFile, attempt: Int64)? {
        guard let text = record.string(ifAny: .path), let path = try? RelativePath(text),
            let expected = try? ExpectedFile(record), let aliases = try? record.strings(.aliases) ?? [],
            let attempt = try? record.integer(.attempt) ?? 0
        else { return nil }
        let file = try? ExistingFile.find(
            path, orUnder: aliases.compactMap { try? RelativePath($0) }, expected, in: folder, verification)
        return file.map { ($0, attempt) }
    }

    /// Writes the line that `FetchResult` writes. False where no reader would take it for its length.
    private func write(
        _ file: ExistingFile, _ record: LineScanner<Field>, _ attempt: Int64, _ knownAt: Double?
    ) -> Bool {
        let start = output.buffer.count
        let replaced = NameSet<Field>.lastTry.union(.signature).union(
            knownAt == nil ? [.attempt] : [.attempt, .knownAt])
        output.buffer.open(copying: record, without: replaced)
        output.buffer.add(Field.status, Status.skipped.rawValue)
        output.buffer.add(Field.bytes, file.size)
        output.buffer.add(Field.found, file.path.text)
        if attempt > 0 { output.buffer.add(Field.attempt, attempt) }
        if let knownAt { output.buffer.add(Field.knownAt, milliseconds: knownAt) }
        output.buffer.add(Field.finishedAt, milliseconds: clock.now)
        output.buffer.close()
        guard output.buffer.count - start > LineReader.longestLine else { return true }
        output.buffer.truncate(to: start)
        return false
    }
}
