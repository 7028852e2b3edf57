internal import CLinux
internal import Glibc
package import POSIX

/// What is behind the paths: a folder, or videos made up on the spot.
package protocol Content: Sendable {
    /// The object at a decoded path, such as `/a/b.mp4`; nil where there is none.
    func object(at path: String) -> (any OriginObject)?
}

/// Bytes that can be read from any place, in any order.
package protocol ByteSource {
    /// Fills the buffer with the bytes from `offset` on.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(SystemError)
}

/// An object as a store knows it.
package protocol OriginObject: ByteSource {
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

extension OriginObject {
    /// A copy of all bytes, for comparisons.
    package func bytes() throws(SystemError) -> [UInt8] { try bytes(0..<size) }
}

/// The plain files of a folder. Nothing outside it can be reached: links are not followed.
package struct FolderContent: Content {
    private let root: String

    package init(root: String) throws(SystemError) {
        self.root = root
        // Told at the start, rather than by a 404 for each request.
        _ = try Self.openRoot(root)
    }

    package func object(at path: String) -> (any OriginObject)? {
        let components = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard path.first == "/", components.allSatisfy(Self.isPlain), var place = try? Self.openRoot(root) else {
            return nil
        }
        for (index, component) in components.enumerated() {
            let isLast = index == components.count - 1
            // O_NONBLOCK: opening a FIFO must not wait for its writer.
            let kind = isLast ? O_NONBLOCK : tf_O_DIRECTORY
            let descriptor = tf_openat(
                place.descriptor, component, O_RDONLY | tf_O_NOFOLLOW | tf_O_CLOEXEC | kind, 0)
            guard descriptor >= 0 else { return nil }
            place = File(owning: descriptor)
        }
        return StoredFile(place, name: components[components.count - 1])
    }

    private static func openRoot(_ root: String) throws(SystemError) -> File {
        let descriptor = tf_openat(AT_FDCWD, root, O_RDONLY | tf_O_DIRECTORY | tf_O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw SystemError("cannot open the folder '\(root)'") }
        return File(owning: descriptor)
    }

    private static func isPlain(_ component: String) -> Bool {
        !component.isEmpty && component != "." && component != ".." && !component.utf8.contains(0)
    }
}

/// An open file of a folder.
struct StoredFile: OriginObject {
    let size: Int64
    let etag: String
    let lastModified: Int64
    let contentType: String
    private let file: File

    /// Nil for what is not a plain file.
    init?(_ file: File, name: String) {
        guard let status = try? file.status(), status.st_mode & S_IFMT == S_IFREG else { return nil }
        self.file = file
        size = Int64(status.st_size)
        lastModified = Int64(status.st_mtim.tv_sec)
        let version =
            UInt64(bitPattern: Int64(status.st_mtim.tv_sec)) &* 1_000_000_007 &+ UInt64(status.st_mtim.tv_nsec)
        etag = "\"" + Mixing.hex(UInt64(status.st_ino) ^ UInt64(bitPattern: size) &* Mixing.step, version) + "\""
        contentType = Self.contentType(of: name)
    }

    /// What ends early was cut off after it had been opened: an answer that can no longer be kept.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(SystemError) {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let count = retryingInterrupts {
                pread(file.descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            }
            guard count >= 0 else { throw SystemError("cannot read a file") }
            guard count > 0 else { throw SystemError("cannot read a file that was cut off", code: EIO) }
            done += count
        }
    }

    private static func contentType(of name: String) -> String {
        switch name.split(separator: ".").last?.lowercased() {
        case "mp4", "m4v": "video/mp4"
        case "mov": "video/quicktime"
        case "webm": "video/webm"
        case "mkv": "video/x-matroska"
        case "html": "text/html"
        // What S3 says of an object that was stored without a type.
        default: "binary/octet-stream"
        }
    }
}
