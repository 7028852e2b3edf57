internal import CSimdjson
internal import Glibc
package import POSIX

/// The records of JSON that is not NDJSON: one array of objects, or objects over several lines, one after the other.
/// Each comes out as one line, without the white space between its tokens; the document is never held as a whole.
/// Of an object that is but a wrapper of the records' array (`JSONWrapper`) these are the records.
///
/// It looks at brackets and quotes only: the line that it gives out may still not be JSON, which its scan will tell.
package struct JSONDocumentReader: ~Copyable {
    /// The longest record that is taken. It is longer than a line, since a course may hold its segments.
    package static let longestRecord = 16 << 20

    private enum Place {
        case beforeDocument
        /// Between the objects of a sequence.
        case betweenObjects
        case inArray
        case afterArray
        /// Behind the array of a wrapper, up to the wrapper's end.
        case inWrapper
    }

    /// Nil: nothing comes after the head.
    private let descriptor: CInt?
    private let chunk: Int
    /// What was read and is not yet scanned is at `start ..< end`.
    private var input: [UInt8]
    private var start = 0
    private var end: Int
    private var place = Place.beforeDocument
    private var nesting = JSONNesting()
    /// Where in the wrapper it is.
    private var wrapper: JSONNesting?
    private var record = PaddedBytes()
    private var recordNumber = 0
    /// White space was passed over; kept as one space where it parts two tokens, so that `1 2` does not become 12.
    private var isAfterSpace = false
    private var hasElement = false
    private var isRecordDone = true

    /// - Parameter head: what was read from the descriptor before.
    package init(_ descriptor: CInt, after head: [UInt8] = [], chunk: Int = 65536) {
        self.init(descriptor: descriptor, head, chunk: chunk)
    }

    /// Reads a document that is in memory.
    package init(_ text: [UInt8]) { self.init(descriptor: nil, text, chunk: 0) }

    private init(descriptor: CInt?, _ head: [UInt8], chunk: Int) {
        self.descriptor = descriptor
        self.chunk = chunk
        input = head
        end = head.count
        if head.starts(with: [0xEF, 0xBB, 0xBF]) { start = 3 }
    }

    /// The next record, numbered from 1, that has been read to its end; its bytes are good until the next call.
    /// Nil: `fill` has to be called, which may block.
    package mutating func buffered() throws(JSONDocumentError) -> RawLine? {
        if isRecordDone {
            record.removeAll()
            nesting = JSONNesting()
            (isAfterSpace, isRecordDone) = (false, false)
        }
        while start < end {
            keepRun()
            guard start < end else { break }
            let byte = input[start]
            start += 1
            if try take(byte) { return finished() }
        }
        return nil
    }

    /// Reads once more. False at the end of the input.
    package mutating func fill() throws(JSONDocumentError) -> Bool {
        if input.count < chunk { input = [UInt8](repeating: 0, count: chunk) }
        (start, end) = (0, 0)
        guard let descriptor else { return try endOfInput() }
        do throws(SystemError) {
            end = try input.withUnsafeMutableBufferPointer { buffer throws(SystemError) in
                try Descriptor.read(descriptor, into: UnsafeMutableRawBufferPointer(buffer))
            }
        } catch {
            throw .system(error)
        }
        return end > 0 ? true : try endOfInput()
    }

    private func endOfInput() throws(JSONDocumentError) -> Bool {
        guard record.isEmpty, place != .inArray, place != .inWrapper else { throw .cutOff(record: recordNumber + 1) }
        return false
    }

    /// Looks at one byte. True where a record has ended.
    private mutating func take(_ byte: UInt8) throws(JSONDocumentError) -> Bool {
        if place == .inWrapper { return takeInWrapper(byte) }
        if nesting.isInString || nesting.depth > 0 {
            if byte == UInt8(ascii: "["), place == .betweenObjects, nesting.depth == 1, !nesting.isInString,
                JSONWrapper.opens(behind: record.bytes)
            {
                openWrapper()
                return false
            }
            keep(byte)
            nesting.take(byte)
            return nesting.depth == 0 && !nesting.isInString && place == .betweenObjects
        }
        if isSpace(byte) {
            isAfterSpace = true
            return false
        }
        return place == .inArray ? takeInArray(byte) : try takeOutside(byte)
    }

    private mutating func takeOutside(_ byte: UInt8) throws(JSONDocumentError) -> Bool {
        switch (place, byte) {
        case (.beforeDocument, UInt8(ascii: "[")): place = .inArray
        case (.beforeDocument, UInt8(ascii: "{")), (.betweenObjects, UInt8(ascii: "{")):
            place = .betweenObjects
            keep(byte)
            nesting.take(byte)
        default: throw .foreign(after: recordNumber)
        }
        return false
    }

    private mutating func takeInArray(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","):
            hasElement = true
            return true
        case UInt8(ascii: "]"):
            place = wrapper == nil ? .afterArray : .inWrapper
            // `[]` has no element, `[1,]` a missing one.
            return hasElement || !record.isEmpty
        default:
            keep(byte)
            nesting.take(byte)
            return false
        }
    }

    private mutating func openWrapper() {
        wrapper = nesting
        nesting = JSONNesting()
        record.removeAll()
        (place, hasElement) = (.inArray, false)
    }

    private mutating func takeInWrapper(_ byte: UInt8) -> Bool {
        wrapper?.take(byte)
        if wrapper?.depth == 0 { (place, wrapper) = (.betweenObjects, nil) }
        return false
    }

    private mutating func keep(_ byte: UInt8) {
        if !nesting.isInString {
            if isSpace(byte) {
                isAfterSpace = true
                return
            }
            if isAfterSpace, let last = record.last, !isStructural(last), !isStructural(byte) {
                record.append(UInt8(ascii: " "))
            }
            isAfterSpace = false
        }
        record.append(byte)
    }

    /// Keeps what is before the next byte that means something, all at once: it is most of a text.
    private mutating func keepRun() {
        guard place == .inArray || place == .betweenObjects, nesting.isInText || nesting.depth > 0 && !isAfterSpace,
            nesting.isInText == nesting.isInString
        else { return }
        let (first, last, isInText) = (start, end, nesting.isInText)
        start += input.withUnsafeBytes { bytes in
            let rest = UnsafeRawBufferPointer(rebasing: bytes[first..<last])
            let length = isInText ? rest.firstToEscape(from: 0) : rest.prefix { isPlain($0) }.count
            record.append(UnsafeRawBufferPointer(rebasing: rest[..<length]))
            return length
        }
    }

    private mutating func finished() -> RawLine {
        recordNumber += 1
        isRecordDone = true
        return RawLine(
            number: recordNumber, isTooLong: record.count > Self.longestRecord, bytes: record.bytes)
    }
}

/// Why a document cannot be read on.
package enum JSONDocumentError: Error, Equatable {
    /// The input ended inside this record, or before the array's end.
    case cutOff(record: Int)
    /// After this record (0: at the start) there is something that is not an object.
    case foreign(after: Int)
    case system(SystemError)
}

private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

/// Whether a byte outside of strings changes neither depth nor place, and is not white space.
private func isPlain(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte != UInt8(ascii: "\"") && byte | 0x20 != UInt8(ascii: "{") && byte | 0x20 != UInt8(ascii: "}")
}

private func isStructural(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ","),
        UInt8(ascii: ":"):
        true
    default: false
    }
}

/// Bytes with the parser's padding after them. Beyond the longest record they are only counted.
private struct PaddedBytes: ~Copyable {
    private var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
    private(set) var count = 0
    private(set) var last: UInt8?
    private let padding = tfjson_padding()

    var isEmpty: Bool { count == 0 }
    /// Of a record that is too long nothing: its bytes were not kept.
    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: buffer[..<(count <= JSONDocumentReader.longestRecord ? count : 0)])
    }

    mutating func removeAll() {
        count = 0
        last = nil
    }

    mutating func append(_ byte: UInt8) {
        last = byte
        count += 1
        guard count <= JSONDocumentReader.longestRecord else { return }
        if count + padding > buffer.count { grow() }
        buffer[count - 1] = byte
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let last = bytes.last else { return }
        self.last = last
        let start = count
        count += bytes.count
        guard count <= JSONDocumentReader.longestRecord else { return }
        while count + padding > buffer.count { grow() }
        UnsafeMutableRawBufferPointer(rebasing: buffer[start..<count]).copyMemory(from: bytes)
    }

    private mutating func grow() {
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: buffer.count * 2, alignment: 16)
        larger.copyMemory(from: UnsafeRawBufferPointer(buffer))
        buffer.deallocate()
        buffer = larger
    }

    deinit { buffer.deallocate() }
}
