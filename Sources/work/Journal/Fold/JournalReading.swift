package import NDJSON
package import POSIX

extension FoldedJournal {
    /// A piece of a file that is scanned in one go: some thousand lines.
    private static let pieceSize = 2 << 20
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
        let batch = ResultBatch()
        var isAtEnd = false
        while !isAtEnd {
            batch.removeAll()
            while !isAtEnd && batch.lines.read < Self.batchSize {
                if let line = try input.next() { scanner.scan(line, into: batch) } else { isAtEnd = true }
            }
            take(batch)
        }
    }

    private mutating func read(_ pieces: inout LinePieces, threads: Int) throws(SystemError) {
        try pieces.scan(threads: threads, filling: ResultBatch.init) {
            let scanner = ResultScanner()
            return { piece, batch throws(SystemError) in
                batch.removeAll()
                try piece.forEachLine { scanner.scan($0, into: batch) }
            }
        } taking: { batch in
            take(batch)
        }
    }
}
