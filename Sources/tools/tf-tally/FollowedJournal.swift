import Journal
import NDJSON
import POSIX
import ToolSupport

/// A journal whose files grow while it is followed.
final class FollowedJournal {
    private let options: TallyOptions
    private let diagnostics: Diagnostics
    private var journal = FoldedJournal()
    private var files: [GrowingFileBox] = []
    private var catalog: GrowingFileBox?

    init(_ options: TallyOptions, _ diagnostics: Diagnostics) throws(ToolFailure) {
        self.options = options
        self.diagnostics = diagnostics
        try begin()
    }

    /// Whether one of its files is a pipe that has ended.
    var hasEnded: Bool { files.contains { $0.file.hasEnded } }

    /// Takes in what has come. Where a file was replaced by another one, as by a journal that was made compact, all are
    /// read anew.
    func read() throws(ToolFailure) {
        if try isReplaced() { try begin() }
        for box in files where !box.file.isStandardInput {
            while try refusing({ () throws(SystemError) in try box.file.fill() }) { takeLines(of: box) }
        }
    }

    /// Takes in what standard input has to give at once.
    func readStandardInput() throws(ToolFailure) {
        for box in files where box.file.isStandardInput && !box.file.hasEnded {
            _ = try refusing { () throws(SystemError) in try box.file.fill() }
            takeLines(of: box)
        }
    }

    /// Takes in last lines that never got their line ends.
    func finish() throws(ToolFailure) {
        try read()
        for box in files {
            while try refusing({ () throws(SystemError) in try box.file.finish() }) { takeLines(of: box) }
        }
    }

    func summary(now: Double) -> Summary {
        Summary(journal, againstCatalog: options.catalog != nil, tries: options.mostTries, now: now)
    }

    /// Read a second time, for the format that lists them.
    func failedSegments() throws(ToolFailure) -> FailedSegments? { try options.failedSegments(of: journal) }

    private func takeLines(of box: GrowingFileBox) {
        while let line = box.file.buffered() { journal.take(line) }
    }

    private func isReplaced() throws(ToolFailure) -> Bool {
        try refusing { () throws(SystemError) in
            for box in files + [catalog].compactMap({ $0 }) where try box.file.isReplaced() { return true }
            return false
        }
    }

    private func begin() throws(ToolFailure) {
        journal = FoldedJournal()
        if let path = options.catalog {
            // Opened first: a catalogue that is replaced while it is read is noticed the next time.
            catalog =
                path == "-" ? nil : try refusing { () throws(SystemError) in GrowingFileBox(try GrowingFile(path)) }
            try journal.list(path, diagnostics)
        }
        files = try refusing { () throws(SystemError) in
            try options.inputs.map { path throws(SystemError) in GrowingFileBox(try GrowingFile(path)) }
        }
    }
}

/// Lets an array hold what cannot be copied.
final class GrowingFileBox {
    var file: GrowingFile

    init(_ file: consuming GrowingFile) { self.file = file }
}
