package import NDJSON
package import POSIX

extension Journal {
    /// A piece of a file that is scanned in one go: some thousand lines.
    private static let pieceSize = 2 << 20
    /// Pieces that each thread has scanned, or has still to scan, before they are taken in.
    private static let piecesAhead = 2
    /// Of an input that has no pieces, lines that are scanned before they are taken in.
    private static let batchSize = 256

    /// Reads results to the end of the input. A large plain file is scanned by several threads; what they found is taken in
    /// here, in the order of the lines.
    package mutating func read(
        _ input: inout LineFile, threads: Int = Processors.count
    ) throws(SystemError) {
        if threads > 1, input.size > Self.pieceSize, var pieces = input.pieces(of: Self.pieceSize) {
            try read(&pieces, threads: threads)
        } else {
            try readInTurn(&input)
        }
    }

    private mutating func readInTurn(_ input: inout LineFile) throws(SystemError) {
        let scanner = ResultScanner()
        var isAtEnd = false
        while !isAtEnd {
            let batch = ResultBatch()
            while !isAtEnd && batch.lines.read < Self.batchSize {
                if let line = try input.next() { scanner.scan(line, into: batch) } else { isAtEnd = true }
            }
            take(batch)
        }
    }

    private mutating func read(_ pieces: inout LinePieces, threads: Int) throws(SystemError) {
        let scanners = (0..<threads).map { _ in PieceScanner() }
        defer { for scanner in scanners { scanner.end() } }
        var handedOut = 0
        var taken = 0
        while true {
            while handedOut < taken + threads * Self.piecesAhead, let piece = try pieces.next() {
                scanners[handedOut % threads].begin(piece)
                handedOut += 1
            }
            guard taken < handedOut else { return }
            take(try scanners[taken % threads].next())
            taken += 1
        }
    }
}

/// A thread that scans pieces of a file, one after the other.
private final class PieceScanner {
    private let pieces = Mailbox<LinePiece?>()
    private let scanned = Mailbox<Result<ResultBatch, SystemError>>()
    private var arrived: [Result<ResultBatch, SystemError>] = []
    private let thread: WorkerThread

    init() {
        let (pieces, scanned) = (pieces, scanned)
        thread = WorkerThread {
            let scanner = ResultScanner()
            while true {
                for piece in pieces.take() {
                    guard let piece else { return }
                    scanned.put(Self.scan(piece, scanner))
                }
            }
        }
    }

    private static func scan(_ piece: LinePiece, _ scanner: ResultScanner) -> Result<ResultBatch, SystemError> {
        let batch = ResultBatch()
        do throws(SystemError) {
            try piece.forEachLine { scanner.scan($0, into: batch) }
            return .success(batch)
        } catch { return .failure(error) }
    }

    func begin(_ piece: LinePiece) { pieces.put(piece) }

    /// What the piece holds that was begun first of those not yet given out; waits for it.
    func next() throws(SystemError) -> ResultBatch {
        if arrived.isEmpty { arrived = scanned.take() }
        return try arrived.removeFirst().get()
    }

    func end() {
        pieces.put(nil)
        thread.join()
    }
}
