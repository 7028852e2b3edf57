internal import NDJSON
internal import POSIX

/// The first bytes of an input: as many as it takes to tell what it is.
struct InputHead {
    enum Shape {
        case database
        /// A JSON text on each line.
        case lines
        /// A JSON text over several lines, or several on one.
        case document
        /// A header, and a row on each line.
        case table(TableDialect)
    }

    let bytes: [UInt8]
    let shape: Shape

    init(of file: File, _ name: String) throws(CatalogFailure) {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count: Int
            do throws(SystemError) {
                count = try chunk.withUnsafeMutableBufferPointer { buffer throws(SystemError) in
                    try Descriptor.read(file.descriptor, into: UnsafeMutableRawBufferPointer(buffer))
                }
            } catch {
                throw CatalogFailure(reading: name, error)
            }
            bytes += chunk[..<count]
            let isAll = count == 0 || bytes.count > LineReader.longestLine
            if Self.isUTF16(bytes) {
                throw CatalogFailure("\(name): it is UTF-16, make it UTF-8 with 'iconv -f UTF-16 -t UTF-8'")
            }
            if let shape = Self.shape(of: bytes, isAll: isAll) {
                (self.bytes, self.shape) = (bytes, shape)
                return
            }
        }
    }

    /// By its mark, or the NUL beside the first letter.
    private static func isUTF16(_ bytes: [UInt8]) -> Bool {
        [[0xFE, 0xFF], [0xFF, 0xFE]].contains(Array(bytes.prefix(2))) || bytes.prefix(2).contains(0)
    }

    /// - Parameter isAll: whether more bytes will not come.
    /// - Returns: nil where it takes more bytes to tell.
    static func shape(of bytes: [UInt8], isAll: Bool) -> Shape? {
        if bytes.starts(with: Self.databaseMagic) { return .database }
        if !isAll && Self.databaseMagic.starts(with: bytes) { return nil }
        let text = bytes.dropFirst(bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0).drop { isSpace($0) }
        switch text.first {
        case UInt8(ascii: "["): return .document
        case UInt8(ascii: "{"): return shape(ofObject: text) ?? (isAll ? .lines : nil)
        case nil: return isAll ? .lines : nil
        default: return shape(ofText: text, isAll: isAll)
        }
    }

    /// A table begins with a header of several names.
    private static func shape(ofText text: ArraySlice<UInt8>, isAll: Bool) -> Shape? {
        guard let lineEnd = text.firstIndex(of: 0x0A) ?? (isAll ? text.endIndex : nil) else { return nil }
        let line = text[..<lineEnd]
        if line.contains(0x09) { return .table(.tabs) }
        // A line of JSON that lost its beginning has commas too.
        let isTorn = line.last { !isSpace($0) } == UInt8(ascii: "}")
        let separator = line.first { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ";") }
        guard let separator, !isTorn else { return .lines }
        return .table(.quoted(separator: separator))
    }

    private static func shape(ofObject text: ArraySlice<UInt8>) -> Shape? {
        var nesting = JSONNesting()
        var isBehindObject = false
        var compact: [UInt8] = []
        for byte in text {
            if byte == UInt8(ascii: "["), nesting.depth == 1, !nesting.isInString, JSONWrapper.opens(behind: compact) {
                return .document
            }
            if !isSpace(byte) { compact.append(byte) }
            if byte == 0x0A {
                // A line that ends inside a string was torn off: strings go over no line's end.
                return nesting.depth > 0 && !nesting.isInString ? .document : .lines
            }
            if isBehindObject, !isSpace(byte) { return byte == UInt8(ascii: "{") ? .document : .lines }
            nesting.take(byte)
            if nesting.depth == 0 { isBehindObject = true }
        }
        return nil
    }

    private static let databaseMagic = Array("SQLite format 3\0".utf8)

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
}
