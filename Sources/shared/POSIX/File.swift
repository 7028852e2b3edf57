internal import CLinux
package import Glibc
internal import Synchronization

/// An open file that closes itself.
package final class File: Sendable {
    package let descriptor: CInt
    private let isClosed = Atomic(false)

    /// Takes over a descriptor.
    package init(owning descriptor: CInt) { self.descriptor = descriptor }

    /// Opens a file to be read.
    package convenience init(reading path: String) throws(SystemError) {
        let descriptor = retryingInterrupts { unsafe open(path, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw SystemError("cannot open '\(path)'") }
        self.init(owning: descriptor)
    }

    /// Opens a file to write at its end, and makes it where there is none.
    package convenience init(appendingTo path: String) throws(SystemError) {
        let descriptor = retryingInterrupts {
            unsafe tf_openat(AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
        }
        guard descriptor >= 0 else { throw SystemError("cannot open '\(path)'") }
        self.init(owning: descriptor)
    }

    /// A pipe's two ends, which no child inherits.
    package static func pipe() throws(SystemError) -> (reading: File, writing: File) {
        var ends: [CInt] = [-1, -1]
        guard unsafe Glibc.pipe(&ends) == 0 else { throw SystemError("cannot make a pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (File(owning: ends[0]), File(owning: ends[1]))
    }

    deinit {
        if !isClosed.load(ordering: .relaxed) { Glibc.close(descriptor) }
    }

    /// Closes files that are no longer used: neighbouring descriptors, as those of files opened one after the other
    /// are, with one system call.
    package static func close(_ files: [File]) {
        var run: ClosedRange<CInt>?
        for descriptor in files.map(\.descriptor).sorted() {
            guard let open = run else {
                run = descriptor...descriptor
                continue
            }
            if descriptor == open.upperBound + 1 {
                run = open.lowerBound...descriptor
            } else {
                close(open)
                run = descriptor...descriptor
            }
        }
        if let run { close(run) }
        for file in files { file.isClosed.store(true, ordering: .relaxed) }
    }

    private static func close(_ run: ClosedRange<CInt>) {
        if run.count > 1 && tf_close_range(UInt32(run.lowerBound), UInt32(run.upperBound)) == 0 { return }
        for descriptor in run { Glibc.close(descriptor) }
    }

    package func status() throws(SystemError) -> stat {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw SystemError("cannot stat a file") }
        return status
    }

    /// The status of a plain file; EISDIR for anything else.
    package func plainStatus(_ name: String) throws(SystemError) -> stat {
        let status = try status()
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SystemError("'\(name)' is not a plain file", code: EISDIR)
        }
        return status
    }

    /// Reads the whole file. A file of more than `limit` bytes is refused with EFBIG.
    package func readAll(limit: Int = .max) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        // Of a plain file all is known to come; the estimate of another one does no harm.
        bytes.reserveCapacity(min(limit, max(0, Int((try? status().st_size) ?? 0))))
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = try unsafe chunk.withUnsafeMutableBufferPointer { buffer throws(SystemError) in
                try unsafe Descriptor.read(descriptor, into: UnsafeMutableRawBufferPointer(buffer))
            }
            if count == 0 { return bytes }
            guard bytes.count + count <= limit else { throw SystemError("cannot read a file", code: EFBIG) }
            bytes.append(contentsOf: chunk[..<count])
        }
    }
}

// MARK: - Reading and writing at a place

extension File {
    /// Reads up to `count` bytes from `offset` on; fewer at the file's end.
    package func read(at offset: Int64, count: Int) throws(SystemError) -> [UInt8] {
        var found = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
            found = retryingInterrupts { unsafe pread(descriptor, buffer.baseAddress, count, off_t(offset)) }
            used = max(0, found)
        }
        guard found >= 0 else { throw SystemError("cannot read a file") }
        return bytes
    }

    /// Writes all bytes at `offset`.
    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = retryingInterrupts {
                unsafe pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            }
            guard count >= 0 else { throw SystemError("cannot write a file") }
            done += count
        }
    }

    /// Asks the kernel to begin writing these bytes to the disk. Whether it does, and how that ends, a sync tells.
    package func beginWriting(from offset: Int64, count: Int64) { _ = tf_begin_writing(descriptor, offset, count) }

    package func truncate(to length: Int64) throws(SystemError) {
        guard ftruncate(descriptor, off_t(length)) == 0 else { throw SystemError("cannot shorten a file") }
    }

    /// Locks the file for this process, without waiting (flock(2)). False where another one holds it.
    ///
    /// - Parameter shared: others may do the same at the same time: to check whether another holds it exclusively.
    package func tryLock(shared: Bool = false) throws(SystemError) -> Bool {
        if (shared ? tf_try_shared_lock(descriptor) : tf_try_lock(descriptor)) == 0 { return true }
        guard errno == EWOULDBLOCK else { throw SystemError("cannot lock a file") }
        return false
    }

    /// Sets the time of the last change, in Unix seconds.
    package func setModificationTime(_ seconds: Int64) throws(SystemError) {
        let times = [timespec(tv_sec: 0, tv_nsec: utimeOmit), timespec(tv_sec: Int(seconds), tv_nsec: 0)]
        guard unsafe futimens(descriptor, times) == 0 else { throw SystemError("cannot set a file's time") }
    }

    /// UTIME_OMIT of <sys/stat.h>, a macro that Swift does not see: leave the time of the last access alone.
    private var utimeOmit: Int { (1 << 30) - 2 }

    /// An extended attribute (xattr(7)); nil where there is none, or the file system has none at all.
    package func attribute(_ name: String) -> String? {
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = unsafe tf_get_attribute(descriptor, name, &bytes, bytes.count)
        return count >= 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }

    /// Sets an extended attribute, or removes it with nil.
    package func setAttribute(_ name: String, _ value: String?) throws(SystemError) {
        let result =
            if let value {
                unsafe tf_set_attribute(descriptor, name, value, value.utf8.count)
            } else {
                unsafe tf_remove_attribute(descriptor, name)
            }
        guard result == 0 else { throw SystemError("cannot set an attribute of a file") }
    }
}

extension File {
    /// Whether others than its owner can get at a plain file: what is secret should not be in it.
    package func isOpenToOthers() throws(SystemError) -> Bool {
        let mode = try status().st_mode
        return mode & S_IFMT == S_IFREG && mode & 0o077 != 0
    }

    /// The bytes up to the first line end, of a small file.
    package var firstLine: [UInt8]? {
        guard let bytes = try? readAll(limit: 4096) else { return nil }
        return Array(bytes.prefix { $0 != 0x0A })
    }
}

/// A file that is replaced whole each time: whoever reads it has the old one or the new one.
package final class ReplacedFile {
    private let folder: Folder
    private let name: String
    /// Whether only its owner can read it.
    private let isPrivate: Bool

    package init(_ path: String, isPrivate: Bool = false) throws(SystemError) {
        self.isPrivate = isPrivate
        let components = path.split(separator: "/", omittingEmptySubsequences: false)
        name = String(components.last ?? "")
        guard !name.isEmpty else { throw SystemError("cannot write '\(path)'", code: EISDIR) }
        let above = components.dropLast().joined(separator: "/")
        folder = try Folder(components.count == 1 ? "." : above.isEmpty ? "/" : above)
    }

    package func replace(_ bytes: [UInt8]) throws(SystemError) {
        let made = name + ".new"
        // A crash may have left one.
        if try folder.status(made) != nil { try folder.remove(made) }
        let file = try folder.open(made, .creating)
        do throws(SystemError) {
            if isPrivate, fchmod(file.descriptor, 0o600) != 0 { throw SystemError("cannot protect '\(made)'") }
            try unsafe bytes.withUnsafeBufferPointer { buffer throws(SystemError) in
                try unsafe file.write(UnsafeRawBufferPointer(buffer), at: 0)
            }
            try folder.rename(made, to: name)
        } catch {
            try? folder.remove(made)
            throw error
        }
    }

    package func remove() throws(SystemError) { try folder.remove(name) }
}
