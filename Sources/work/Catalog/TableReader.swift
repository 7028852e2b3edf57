internal import NDJSON
internal import POSIX

/// Bytes from a descriptor to the rows of a table. Empty lines are passed over.
struct TableReader: ~Copyable {
    /// As for lines.
    private static let longestRow = LineReader.longestLine
    private static let tooLong = "the row is longer than 1 MiB"

    private let descriptor: CInt
    private let dialect: TableDialect
    private let chunk: Int
    /// What was read and is not yet taken is at `start ..< end`.
    private var buffer: [UInt8]
    private var start = 0
    private var end: Int
    private var atEnd = false
    /// In the midst of a line that is passed over.
    private var isSkipping = false
    private var nextLine = 1
    private var dropsCarriageReturn = false

    /// The row at hand.
    private(set) var row = TableRow()
    /// The number of its first line, from 1.
    private(set) var lineNumber = 0

    init(_ descriptor: CInt, _ dialect: TableDialect, after head: [UInt8] = [], chunk: Int = 65536) {
        self.descriptor = descriptor
        self.dialect = dialect
        self.chunk = chunk
        buffer = head
        end = head.count
        if head.starts(with: [0xEF, 0xBB, 0xBF]) { start = 3 }
    }

    /// Moves to the next row that has been read to its end. False: `fill` has to be called, which may block.
    mutating func advance() -> Bool {
        while start < end {
            if isSkipping {
                guard skipLine() else { return false }
                continue
            }
            lineNumber = nextLine
            guard let length = takeRow() else { return refuseRow() }
            if length > Self.longestRow { row.clear(problem: Self.tooLong) }
            nextLine += buffer[start..<start + length].count { $0 == 0x0A }
            start += length
            // As the header's line ends, all do.
            if lineNumber == 1 { dropsCarriageReturn = row.endsInCarriageReturn }
            if row.count != 1 || !row.text.isEmpty { return true }
        }
        return false
    }

    /// Reads once more. False at the end of the input, when nothing is left in the buffer either.
    mutating func fill() throws(SystemError) -> Bool {
        if atEnd { return start < end }
        if start > 0 {
            buffer.removeSubrange(..<start)
            (start, end) = (0, end - start)
        }
        if buffer.count < end + chunk { buffer += [UInt8](repeating: 0, count: end + chunk - buffer.count) }
        let count = try buffer.withUnsafeMutableBufferPointer { [end] bytes throws(SystemError) in
            let room = UnsafeMutableBufferPointer(rebasing: bytes[end...])
            return try Descriptor.read(descriptor, into: UnsafeMutableRawBufferPointer(room))
        }
        end += count
        atEnd = count == 0
        return !atEnd || start < end
    }

    private mutating func takeRow() -> Int? {
        let (isAll, drops) = (atEnd, dropsCarriageReturn || nextLine == 1)
        var row = TableRow()
        swap(&row, &self.row)
        defer { swap(&row, &self.row) }
        return buffer.withUnsafeBytes { bytes in
            let rest = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            switch dialect {
            case .quoted(let separator): return row.takeQuoted(rest, separator: separator, isAll: isAll)
            case .tabs: return row.takeTabs(rest, isAll: isAll, dropsCarriageReturn: drops)
            }
        }
    }

    /// A row without an end is bad where no end can come; reading goes on in the line behind its first one.
    private mutating func refuseRow() -> Bool {
        guard atEnd || end - start > Self.longestRow else { return false }
        let isOpen = dialect != .tabs && buffer[start..<end].contains(UInt8(ascii: "\""))
        row.clear(problem: isOpen ? "a quotation mark is not closed" : Self.tooLong)
        _ = skipLine()
        return true
    }

    /// False where the line's end is not there yet.
    private mutating func skipLine() -> Bool {
        let lineEnd = buffer[start..<end].firstIndex(of: 0x0A)
        start = lineEnd.map { $0 + 1 } ?? end
        isSkipping = lineEnd == nil && !atEnd
        if lineEnd != nil { nextLine += 1 }
        return lineEnd != nil
    }
}
