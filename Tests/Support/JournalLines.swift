internal import Foundation
package import Journal
internal import NDJSON
internal import POSIX
internal import Records

/// Results and catalogues in a temporary folder, for one test.
package final class Lines {
    package let folder: TemporaryFolder
    private var count = 0

    package init() throws { folder = try TemporaryFolder() }

    /// A file with these lines.
    package func file(_ text: String) throws -> String {
        count += 1
        return try folder.write(text, to: "\(count).ndjson").path
    }

    /// A journal of these results, in which the files of a catalogue are listed.
    package func journal(_ results: String, catalog: String = "") throws -> FoldedJournal {
        var journal = FoldedJournal()
        var list = try LineFile(file(catalog))
        try journal.list(&list) { _, _ in }
        var file = try LineFile(file(results))
        try journal.read(&file)
        return journal
    }

    /// A journal of these results, to be asked.
    package func fold(_ results: String) throws -> Fold { Fold(try journal(results)) }
}

/// A journal in a copyable coat: `#expect` takes its operands apart, which a journal does not suffer.
package final class Fold {
    private let journal: FoldedJournal

    package init(_ journal: consuming FoldedJournal) { self.journal = journal }

    package var paths: Int { journal.paths.count }
    package var lines: FoldedJournal.LineCounts { journal.lines }
    package var span: ClosedRange<Double>? { journal.tries.span }

    /// What is known of a path; nil where no line named it.
    package func outcome(of path: String) -> Outcome? {
        let number = Array(path.utf8).withUnsafeBytes { journal.paths.number(of: $0) }
        return number.map { journal[$0] }
    }

    package func state(of path: String, tries: Int = 5) -> FileState? { outcome(of: path)?.state(tries: tries) }

    /// The id of the course that a path belongs to.
    package func course(of path: String) -> Int64? {
        outcome(of: path).flatMap { journal.courses.all[$0.course.index].id }
    }

    /// The code of the last failure of a path.
    package func error(of path: String) -> String? { outcome(of: path).map { journal.errors[$0.error] } }
}
