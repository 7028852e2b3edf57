package import POSIX

/// What stands behind the paths: a folder, or videos made up on the spot.
package protocol Content: Sendable {
    /// The object at a decoded path, such as `/a/b.mp4`; nil where there is none.
    func object(at path: String) -> (any StoredObject)?
}

/// Bytes that can be read from any place, in any order.
package protocol ByteSource {
    /// Fills the buffer with the bytes from `offset` on.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(SystemError)
}

/// An object as a store knows it.
package protocol StoredObject: ByteSource {
    var size: Int64 { get }
    /// A strong entity tag, in its quotes.
    var etag: String { get }
    /// Unix seconds.
    var lastModified: Int64 { get }
    var contentType: String { get }
}

extension ByteSource {
    /// A copy of some of the bytes, for comparisons.
    package func bytes(_ range: Range<Int64>) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: range.count)
        try bytes.withUnsafeMutableBufferPointer { buffer throws(SystemError) in
            try read(into: UnsafeMutableRawBufferPointer(buffer), at: range.lowerBound)
        }
        return bytes
    }
}

extension StoredObject {
    /// A copy of all bytes, for comparisons.
    package func bytes() throws(SystemError) -> [UInt8] { try bytes(0..<size) }
}
