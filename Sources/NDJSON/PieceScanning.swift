package import POSIX

extension LinePieces {
    /// Pieces that each thread has scanned, or has still to scan, before they are taken in.
    private static let ahead = 2

    /// Has several threads scan the pieces; what they found is taken in here, in the order of the lines.
    ///
    /// - Parameter makeScan: called once on each thread: what it makes scans one piece after the other.
    package mutating func scan<Found: Sendable>(
        threads: Int, by makeScan: @escaping @Sendable () -> (LinePiece) -> Result<Found, SystemError>,
        taking take: (Found) throws(SystemError) -> Void
    ) throws(SystemError) {
        let scanners = (0..<threads).map { _ in PieceScanner(makeScan) }
        defer { for scanner in scanners { scanner.end() } }
        var handedOut = 0
        var taken = 0
        while true {
            while handedOut < taken + threads * Self.ahead, let piece = try next() {
                scanners[handedOut % threads].begin(piece)
                handedOut += 1
            }
            guard taken < handedOut else { return }
            try take(scanners[taken % threads].next())
            taken += 1
        }
    }
}

/// A thread that scans pieces of a file, one after the other.
private final class PieceScanner<Found: Sendable> {
    private let pieces = Mailbox<LinePiece?>()
    private let scanned = Mailbox<Result<Found, SystemError>>()
    private var arrived: [Result<Found, SystemError>] = []
    private let thread: WorkerThread

    init(_ makeScan: @escaping @Sendable () -> (LinePiece) -> Result<Found, SystemError>) {
        let (pieces, scanned) = (pieces, scanned)
        thread = WorkerThread {
            let scan = makeScan()
            while true {
                for piece in pieces.take() {
                    guard let piece else { return }
                    scanned.put(scan(piece))
                }
            }
        }
    }

    func begin(_ piece: LinePiece) { pieces.put(piece) }

    /// What the piece holds that was begun first of those not yet given out; waits for it.
    func next() throws(SystemError) -> Found {
        if arrived.isEmpty { arrived = scanned.take() }
        return try arrived.removeFirst().get()
    }

    func end() {
        pieces.put(nil)
        thread.join()
    }
}
