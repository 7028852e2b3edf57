package import POSIX

/// Shows another version of the object: as long as the first, with another ETag, a later date and other bytes.
package struct Changed: Fault {
    package static let help = (form: "changed", text: "another version, of the same length")

    package init() {}

    package init?(parsing text: String) {
        guard text == "changed" else { return nil }
    }

    package func alter(_ object: inout any OriginObject) { object = ChangedObject(object) }
}

/// The other version of an object. Its first 1,024 bytes are the same, so that a synthetic video stays a valid one; all
/// others are inverted.
package struct ChangedObject: OriginObject {
    private let original: any OriginObject

    package init(_ original: any OriginObject) { self.original = original }

    package var size: Int64 { original.size }
    package var etag: String { "\"" + Mixing.hex(Mixing.hash(original.etag), 2) + "\"" }
    package var lastModified: Int64 { original.lastModified + 86400 }
    package var contentType: String { original.contentType }

    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(SystemError) {
        try original.read(into: buffer, at: offset)
        let first = Int(clamping: max(0, 1024 - offset))
        guard first < buffer.count else { return }
        for index in first..<buffer.count { buffer[index] = ~buffer[index] }
    }
}
