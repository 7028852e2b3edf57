internal import CSimdjson
internal import Glibc
package import POSIX

/// One line of the input without its line end. Its bytes are the reader's: they are good until the next call to it.
public struct RawLine {
    /// From 1; blank lines count.
    package let number: Int
    /// A line of more than 1 MiB: its bytes were passed over.
    package let isTooLong: Bool
    package let bytes: UnsafeRawBufferPointer

    /// A copy that lasts.
    package var copy: [UInt8] { [UInt8](bytes) }
}

/// A line that lasts, to be scanned at another time or by another thread.
package struct LineCopy: Sendable {
    private let number: Int
    private let isTooLong: Bool
    private let length: Int
    /// The line, and what a scanner may read after it.
    private let padded: [UInt8]

    package init(_ line: RawLine) {
        (number, isTooLong, length) = (line.number, line.isTooLong, line.bytes.count)
        let padding = tfjson_padding()
        padded = [UInt8](unsafeUninitializedCapacity: line.bytes.count + padding) { bytes, count in
            UnsafeMutableRawBufferPointer(bytes).copyBytes(from: line.bytes)
            for index in line.bytes.count..<bytes.count { bytes.initializeElement(at: index, to: 0) }
            count = bytes.count
        }
    }

    /// The line is good until `body` has returned.
    package func withLine<Result>(_ body: (RawLine) -> Result) -> Result {
        padded.withUnsafeBytes { padded in
            let bytes = UnsafeRawBufferPointer(rebasing: padded[..<length])
            return body(RawLine(number: number, isTooLong: isTooLong, bytes: bytes))
        }
    }
}

/// Bytes from a descriptor to lines. Blank lines and a byte-order mark at the very start are passed over; a last line
/// with no line end is a line. NULs before a line do not count: a power cut leaves them where the file had grown
/// already.
package struct LineReader: ~Copyable {
    /// The longest line that is taken.
    package static let longestLine = 1 << 20

    private let descriptor: CInt
    /// How many bytes one read asks for: what is in the buffer has left the pipe, so it is part of reading ahead.
    private let chunk: Int
    /// How many bytes may still be read.
    private var allowance: Int
    private var buffer: UnsafeMutableRawPointer
    /// The size of the buffer: the chunk, doubled as often as the longest line so far made necessary.
    package private(set) var capacity: Int
    /// The bytes not yet given out are at `start ..< end`; up to `searched` there is no line end among them.
    private var start = 0
    private var searched = 0
    private var end = 0
    private var lineNumber = 0
    /// Lines so far, blank ones included.
    package var linesRead: Int { lineNumber }
    private var isDiscarding = false
    private var atStart: Bool
    /// Where the next read begins; nil: at the descriptor's own position.
    private var offset: Int?
    private var atEnd = false

    /// - Parameters:
    ///   - limit: how many bytes are read at most; what follows them is as if it were not there.
    ///   - offset: where in a plain file the lines begin; the descriptor's own place is left alone.
    ///   - head: what was read from the descriptor before.
    package init(
        _ descriptor: CInt, chunk: Int = 65536, limit: Int = .max, from offset: Int? = nil, after head: [UInt8] = []
    ) {
        self.offset = offset
        atStart = (offset ?? 0) == 0
        self.descriptor = descriptor
        self.chunk = chunk
        allowance = limit
        capacity = max(chunk, head.count)
        buffer = .allocate(byteCount: capacity + tfjson_padding(), alignment: 16)
        UnsafeMutableRawBufferPointer(start: buffer, count: capacity).copyBytes(from: head)
        end = head.count
        if end > 0 { skipByteOrderMark() }
    }

    deinit { buffer.deallocate() }

    /// The next line, reading where the buffer has none. Nil at the end of the input.
    package mutating func next() throws(SystemError) -> RawLine? {
        while true {
            if let line = buffered() { return line }
            guard try fill() else { return nil }
        }
    }

    /// The next line that is in the buffer already. Nil: `fill` has to be called, which may block.
    package mutating func buffered() -> RawLine? {
        while start < end || (atEnd && isDiscarding) {
            if !isDiscarding && buffer.load(fromByteOffset: start, as: UInt8.self) == 0 { skipNULs() }
            guard let lineEnd = findLineEnd() else { return nil }
            let from = start
            let wasDiscarding = isDiscarding
            start = min(lineEnd + 1, end)
            searched = start
            isDiscarding = false
            lineNumber += 1
            let bytes = trimmed(from, lineEnd)
            if wasDiscarding || bytes.count > Self.longestLine {
                return RawLine(number: lineNumber, isTooLong: true, bytes: .init(start: nil, count: 0))
            }
            if !isBlank(bytes) { return RawLine(number: lineNumber, isTooLong: false, bytes: bytes) }
        }
        return nil
    }

    /// Reads once more. False at the end of the input, when nothing is left in the buffer either.
    package mutating func fill() throws(SystemError) -> Bool {
        if atEnd { return start < end || isDiscarding }
        if try fillIfGrown() { return true }
        atEnd = true
        return start < end || isDiscarding
    }

    /// Reads once more, of an input that may still grow. False where there is nothing now: a last line without its end
    /// is kept until that has come.
    package mutating func fillIfGrown() throws(SystemError) -> Bool {
        makeRoom()
        let room = UnsafeMutableRawBufferPointer(start: buffer + end, count: min(chunk, capacity - end, allowance))
        let count = room.isEmpty ? 0 : try Descriptor.read(descriptor, at: offset, into: room)
        offset = offset.map { $0 + count }
        end += count
        allowance -= count
        if atStart { skipByteOrderMark() }
        return count > 0
    }

    private mutating func findLineEnd() -> Int? {
        if let found = memchr(buffer + searched, 0x0A, end - searched) {
            return found - UnsafeMutableRawPointer(buffer)
        }
        if atEnd { return end }
        searched = end
        // One more byte may be the carriage return of the line end.
        if end - start > Self.longestLine + 1 { isDiscarding = true }
        if isDiscarding {
            (start, searched, end) = (0, 0, 0)
        }
        return nil
    }

    /// However many there are: they take no room in the buffer, and make no line too long.
    private mutating func skipNULs() {
        while start < end && buffer.load(fromByteOffset: start, as: UInt8.self) == 0 { start += 1 }
        searched = max(searched, start)
        // What comes now is not at the start of the input.
        atStart = false
    }

    private mutating func makeRoom() {
        if start > 0 {
            memmove(buffer, buffer + start, end - start)
            (searched, end, start) = (searched - start, end - start, 0)
        }
        guard capacity - end < min(chunk, 4096) else { return }
        capacity *= 2
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity + tfjson_padding(), alignment: 16)
        larger.copyMemory(from: buffer, byteCount: end)
        buffer.deallocate()
        buffer = larger
    }

    /// RFC 8259, section 8.1: a parser may pass over a byte-order mark. Editors on Windows write one.
    private mutating func skipByteOrderMark() {
        let isFirstLine = lineNumber == 0
        atStart = isFirstLine && end - start < 3
        if isFirstLine, !atStart, memcmp(buffer + start, [0xEF, 0xBB, 0xBF] as [UInt8], 3) == 0 {
            start += 3
            searched = start
        }
    }

    private func trimmed(_ from: Int, _ lineEnd: Int) -> UnsafeRawBufferPointer {
        let bytes = UnsafeRawBufferPointer(start: buffer + from, count: lineEnd - from)
        return bytes.last == 0x0D ? .init(rebasing: bytes.dropLast()) : bytes
    }

    private func isBlank(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    }
}
