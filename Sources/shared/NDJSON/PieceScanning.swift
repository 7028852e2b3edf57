package import POSIX

extension LinePieces {
    /// Pieces that each thread has scanned, or has still to scan, before they are taken in.
    private static let ahead = 2

    /// Has several threads scan the pieces; what they found is taken in here, in the order of the lines.
    ///
    /// - Parameters:
    ///   - makeBatch: makes what a thread fills; once it was taken in it is filled anew.
    ///   - makeScan: called once on each thread: what it makes scans one piece after the other.
    package mutating func scan<Batch: AnyObject & Sendable>(
        threads: Int, filling makeBatch: () -> Batch,
        by makeScan: @escaping @Sendable () -> (LinePiece, Batch) throws(SystemError) -> Void,
        taking take: (Batch) throws(SystemError) -> Void
    ) throws(SystemError) {
        let scanners = (0..<threads).map { _ in PieceScanner(makeScan) }
        defer { for scanner in scanners { scanner.end() } }
        var spare: [Batch] = []
        var handedOut = 0
        var taken = 0
        while true {
            while handedOut < taken + threads * Self.ahead, let piece = try next() {
                scanners[handedOut % threads].begin(piece, filling: spare.popLast() ?? makeBatch())
                handedOut += 1
            }
            guard taken < handedOut else { return }
            let batch = try scanners[taken % threads].next()
            try take(batch)
            spare.append(batch)
            taken += 1
        }
    }
}

/// A thread that scans pieces of a file, one after the other.
private final class PieceScanner<Batch: AnyObject & Sendable> {
    private let pieces = Mailbox<(LinePiece, Batch)?>()
    private let scanned = Mailbox<Result<Batch, SystemError>>()
    private var arrived: [Result<Batch, SystemError>] = []
    private let thread: WorkerThread

    init(_ makeScan: @escaping @Sendable () -> (LinePiece, Batch) throws(SystemError) -> Void) {
        let (pieces, scanned) = (pieces, scanned)
        thread = WorkerThread {
            let scan = makeScan()
            while true {
                for piece in pieces.take() {
                    guard let (piece, batch) = piece else { return }
                    do throws(SystemError) {
                        try scan(piece, batch)
                        scanned.put(.success(batch))
                    } catch { scanned.put(.failure(error)) }
                }
            }
        }
    }

    func begin(_ piece: LinePiece, filling batch: Batch) { pieces.put((piece, batch)) }

    /// What the piece holds that was begun first of those not yet given out; waits for it.
    func next() throws(SystemError) -> Batch {
        if arrived.isEmpty { arrived = scanned.take() }
        return try arrived.removeFirst().get()
    }

    func end() {
        pieces.put(nil)
        thread.join()
    }
}
