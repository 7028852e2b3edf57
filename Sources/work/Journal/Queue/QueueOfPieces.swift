internal import NDJSON
internal import POSIX
internal import Records

/// The queue of a large catalogue that is a plain file, with every record that is wanted printed in the catalogue's
/// order: several threads look at its pieces, and what they have ready is written here.
struct QueueOfPieces: ~Copyable {
    /// A piece that is scanned in one go: some thousand lines.
    private static let pieceSize = 2 << 20

    private let request: QueueRequest
    private let problem: (CatalogLineError, _ line: Int) -> Void
    private let known: SharedJournal
    /// By number of the path in the journal: whether the catalogue has named it.
    private var listed: [Bool]
    /// The catalogue's paths that are not in the journal.
    private var others = PathTable()
    private var lines = 0

    private(set) var printed = 0
    private(set) var records = 0

    init(
        _ request: QueueRequest, _ journal: consuming FoldedJournal,
        problem: @escaping (CatalogLineError, _ line: Int) -> Void
    ) {
        self.request = request
        self.problem = problem
        listed = Array(repeating: false, count: journal.paths.count)
        known = SharedJournal(journal)
    }

    /// Nil where the catalogue is better read in turn.
    static func pieces(of catalog: borrowing LineFile, _ request: QueueRequest) -> LinePieces? {
        guard request.limit == .max, Processors.count > 1, catalog.size > pieceSize else { return nil }
        return catalog.pieces(of: pieceSize)
    }

    mutating func print(
        _ states: Set<FileState>, of pieces: consuming LinePieces, to output: inout LineOutput
    ) throws(SystemError) {
        var pieces = pieces
        let (known, request) = (known, request)
        try pieces.scan(threads: Processors.count, filling: QueuePiece.init) {
            let scanner = QueueScanner(known, request, states)
            return { piece, found throws(SystemError) in try scanner.scan(piece, into: found) }
        } taking: { (piece: QueuePiece) throws(SystemError) in
            try take(piece, &output)
        }
        try output.flush()
    }

    private mutating func take(_ piece: QueuePiece, _ output: inout LineOutput) throws(SystemError) {
        let doubled = list(piece)
        tell(piece.problems.map { (CatalogLineError.line($0.error), $0.line) } + doubled.map(\.problem))
        lines += piece.lines
        records += piece.records.count - doubled.count
        printed += piece.wanted
        piece.output.bytes.withUnsafeBytes { lines in
            // Neighbours that stay are copied in one go.
            var start = 0
            for (index, _) in doubled {
                let before = index == 0 ? 0 : piece.records[index - 1].end
                if piece.records[index].end > before { printed -= 1 }
                output.buffer.append(raw: UnsafeRawBufferPointer(rebasing: lines[start..<before]))
                start = piece.records[index].end
            }
            output.buffer.append(raw: UnsafeRawBufferPointer(rebasing: lines[start...]))
        }
        try output.lineEnded()
    }

    private func tell(_ problems: [(error: CatalogLineError, line: Int)]) {
        for (error, line) in problems.sorted(by: { $0.line < $1.line }) { problem(error, lines + line) }
    }

    /// Enters the records, and returns those whose path the catalogue had named before, by their place among them.
    private mutating func list(_ piece: QueuePiece) -> [(index: Int, problem: (CatalogLineError, Int))] {
        var doubled: [(index: Int, problem: (CatalogLineError, Int))] = []
        piece.paths.withUnsafeBytes { paths in
            for (index, record) in piece.records.enumerated() {
                if isNew(record, paths) { continue }
                let path = path(of: record, paths)
                doubled.append((index, (.duplicate(path: path), record.line)))
            }
        }
        return doubled
    }

    private mutating func isNew(_ record: QueuePiece.Record, _ paths: UnsafeRawBufferPointer) -> Bool {
        guard record.number < 0 else {
            defer { listed[record.number] = true }
            return !listed[record.number]
        }
        let count = others.count
        return others.insert(UnsafeRawBufferPointer(rebasing: paths[record.path]), record.hash) == count
    }

    private func path(of record: QueuePiece.Record, _ paths: UnsafeRawBufferPointer) -> String {
        guard record.number >= 0 else { return String(decoding: paths[record.path], as: UTF8.self) }
        return known.journal.paths.withPath(record.number) { String(decoding: $0, as: UTF8.self) }
    }
}
