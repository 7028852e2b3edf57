internal import Glibc
package import POSIX

/// Some lines of a plain file, whole ones.
package struct LinePiece: Sendable {
    private let file: File
    private let name: String
    private let range: Range<Int>

    fileprivate init(_ file: File, _ name: String, _ range: Range<Int>) {
        (self.file, self.name, self.range) = (file, name, range)
    }

    /// Returns how many lines there are, blank ones included.
    @discardableResult
    package func forEachLine(_ body: (RawLine) -> Void) throws(SystemError) -> Int {
        var reader = LineReader(file.descriptor, chunk: 1 << 18, limit: range.count, from: range.lowerBound)
        do throws(SystemError) {
            while let line = try reader.next() { body(line) }
            return reader.linesRead
        } catch { throw SystemError("cannot read \(name)", code: error.code) }
    }
}

/// A plain file cut into pieces of whole lines.
package struct LinePieces {
    private let file: File
    private let name: String
    private let length: Int
    private let size: Int
    private var start = 0

    init(_ file: File, name: String, length: Int, size: Int) {
        (self.file, self.name, self.length, self.size) = (file, name, length, size)
    }

    /// The next piece, of about the size. Nil at the end.
    package mutating func next() throws(SystemError) -> LinePiece? {
        guard start < length else { return nil }
        let end = try lineEnd(from: start + size)
        defer { start = end }
        return LinePiece(file, name, start..<end)
    }

    /// Where the line ends that goes over this place.
    private func lineEnd(from place: Int) throws(SystemError) -> Int {
        var place = place
        while place < length {
            let bytes = try file.read(at: Int64(place), count: 4096)
            guard !bytes.isEmpty else { break }
            if let newline = bytes.firstIndex(of: 0x0A) { return min(place + newline + 1, length) }
            place += bytes.count
        }
        return length
    }
}

extension LinePieces {
    /// Pieces that each thread has scanned, or has still to scan, before they are taken in.
    private static let ahead = 2

    /// Has several threads scan the pieces; what they found is taken in here, in the order of the lines.
    ///
    /// - Parameters:
    ///   - makeBatch: makes what a thread fills; once its content was used it is filled again.
    ///   - makeScan: called once on each thread: what it makes scans one piece after the other.
    package mutating func scan<Batch: AnyObject & Sendable>(
        threads: Int, filling makeBatch: () -> Batch,
        by makeScan: @escaping @Sendable () -> (LinePiece, Batch) throws(SystemError) -> Void,
        taking take: (Batch) throws(SystemError) -> Void
    ) throws(SystemError) {
        let scanners = OrderedWorkers<(LinePiece, Batch), Result<Batch, SystemError>>(threads: threads) {
            let scan = makeScan()
            return { task in
                let (piece, batch) = task
                do throws(SystemError) {
                    try scan(piece, batch)
                    return .success(batch)
                } catch { return .failure(error) }
            }
        }
        var spare: [Batch] = []
        while true {
            while scanners.underWay < threads * Self.ahead, let piece = try next() {
                scanners.begin((piece, spare.popLast() ?? makeBatch()))
            }
            guard scanners.underWay > 0 else { return }
            let batch = try scanners.next().get()
            try take(batch)
            spare.append(batch)
        }
    }
}
