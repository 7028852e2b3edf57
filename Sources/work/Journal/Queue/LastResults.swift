package import NDJSON
package import POSIX
internal import Records

/// The lines of the results that say why files failed. A journal in memory keeps a file's last outcome, not its line, so
/// the files of results are read twice more: to learn which line of each file is the last one, then to print those.
package struct LastResults: ~Copyable {
    private struct Place {
        let file: Int
        let line: Int
    }

    private let journal: FoldedJournal
    /// By number of the path.
    private var last: [Int: Place] = [:]
    private let scanner = LineScanner<Field>()

    /// - Parameter journal: of the same results, with the catalogue listed.
    package init(of journal: consuming FoldedJournal, _ request: QueueRequest) {
        var number = 0
        var wanted: [Int] = []
        journal.visitOutcomes { outcome in
            if outcome.isListed, outcome.status == .failed, request.includes(outcome),
                request.filter.takes(outcome, in: journal)
            {
                wanted.append(number)
            }
            number += 1
        }
        for number in wanted.prefix(request.limit) { last[number] = Place(file: -1, line: 0) }
        self.journal = journal
    }

    /// Looks for the last failures in the results, each of which must be a plain file.
    package mutating func find(in results: [String]) throws(SystemError) {
        for (index, path) in results.enumerated() {
            guard var file = try Self.open(path) else { continue }
            while let line = try file.next() {
                guard let number = failure(line), last[number] != nil else { continue }
                last[number] = Place(file: index, line: line.number)
            }
        }
    }

    /// Shows the lines that were found, in the order of the results.
    package func visit(
        _ results: [String], _ body: (RawLine) throws(SystemError) -> Void
    ) throws(SystemError) {
        for (index, path) in results.enumerated() {
            var rest = last.values.filter { $0.file == index }.map(\.line).sorted()[...]
            guard !rest.isEmpty, var file = try Self.open(path) else { continue }
            while let next = rest.first, let line = try file.next() {
                guard line.number == next else { continue }
                rest.removeFirst()
                try body(line)
            }
        }
    }

    /// The number of the path that a failed result is about.
    private func failure(_ line: RawLine) -> Int? {
        guard (try? scanner.scan(line)) != nil, let path = (try? scanner.text(.path)) ?? nil,
            (try? scanner.string(.status)) == Status.failed.rawValue
        else { return nil }
        return journal.paths.number(of: path)
    }

    /// Nil for a journal that nobody has written yet.
    private static func open(_ path: String) throws(SystemError) -> LineFile? {
        do throws(SystemError) { return try LineFile(path) } catch {
            if error.isMissingFile { return nil }
            throw error
        }
    }
}
