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
