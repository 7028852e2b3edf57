internal import CLinux
package import Glibc

/// An open folder. What it opens, makes and renames are its own entries, and no link is followed where that is not
/// asked for.
package final class Folder: Sendable {
    package let descriptor: CInt
    /// The file system that it is on.
    package let device: UInt

    private init(owning descriptor: CInt) {
        self.descriptor = descriptor
        var status = stat()
        device = unsafe fstat(descriptor, &status) == 0 ? UInt(status.st_dev) : 0
    }

    /// Opens a folder by its path, links followed: the path is the user's own.
    package convenience init(_ path: String) throws(SystemError) {
        let descriptor = retryingInterrupts { unsafe tf_openat(AT_FDCWD, path, Self.openFlags, 0) }
        guard descriptor >= 0 else { throw SystemError("cannot open folder '\(path)'") }
        self.init(owning: descriptor)
    }

    /// Opens a folder that may still have to be made: itself, or the nearest one above it that is there.
    package convenience init(nearest path: String) throws(SystemError) {
        var place = path.isEmpty ? "." : path
        while true {
            let descriptor = retryingInterrupts { unsafe tf_openat(AT_FDCWD, place, Self.openFlags, 0) }
            if descriptor >= 0 {
                self.init(owning: descriptor)
                return
            }
            guard errno == ENOENT, place != ".", place != "/" else {
                throw SystemError("cannot open folder '\(place)'")
            }
            let above = place.split(separator: "/").dropLast().joined(separator: "/")
            place = place.hasPrefix("/") ? "/" + above : above.isEmpty ? "." : above
        }
    }

    deinit { close(descriptor) }

    private static var openFlags: CInt { O_RDONLY | tf_O_DIRECTORY | tf_O_CLOEXEC }

    /// Whether symbolic links may be in place of folders.
    package enum Links: Sendable {
        case refused, followed
    }

    /// Opens a folder below this one; the path has no `..` in it. ENOTDIR or ELOOP: a link, or no folder.
    package func folder(_ path: String, links: Links = .refused) throws(SystemError) -> Folder {
        let child =
            switch links {
            case .followed: retryingInterrupts { unsafe tf_openat(descriptor, path, Self.openFlags, 0) }
            case .refused: retryingInterrupts { unsafe tf_open_folder_beneath(descriptor, path) }
            }
        if child < 0 && links == .refused && (errno == ENOSYS || errno == EPERM) {
            return try walk(path.split(separator: "/"))
        }
        guard child >= 0 else { throw SystemError("cannot open folder '\(path)'") }
        return Folder(owning: child)
    }

    /// Without the kernel's help: one component at a time, each of them no link.
    private func walk(_ components: [Substring]) throws(SystemError) -> Folder {
        var folder = self
        for name in components {
            let child = retryingInterrupts {
                unsafe tf_openat(folder.descriptor, String(name), Self.openFlags | tf_O_NOFOLLOW, 0)
            }
            guard child >= 0 else { throw SystemError("cannot open folder '\(name)'") }
            folder = Folder(owning: child)
        }
        return folder
    }

    /// Makes a folder in this one. False where it is there already.
    package func makeFolder(_ name: String) throws(SystemError) -> Bool {
        if unsafe mkdirat(descriptor, name, 0o777) == 0 { return true }
        guard errno == EEXIST else { throw SystemError("cannot make folder '\(name)'") }
        return false
    }

    /// How a file is opened.
    package enum Mode {
        /// Never waits, not even for the other end of a FIFO.
        case reading
        /// For reading and writing; it must not be there yet (EEXIST).
        case creating
        /// For reading and writing; it must be there.
        case updating
    }

    package func open(_ name: String, _ mode: Mode) throws(SystemError) -> File {
        let flags =
            switch mode {
            case .reading: O_RDONLY | O_NONBLOCK
            case .creating: O_RDWR | O_CREAT | O_EXCL
            case .updating: O_RDWR
            }
        let file = retryingInterrupts {
            unsafe tf_openat(descriptor, name, flags | tf_O_NOFOLLOW | tf_O_CLOEXEC, 0o666)
        }
        guard file >= 0 else { throw SystemError("cannot open '\(name)'") }
        return File(owning: file)
    }

    /// What an entry is, without following a link. Nil where there is none.
    package func status(_ name: String) throws(SystemError) -> stat? {
        var status = stat()
        if unsafe fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 { return status }
        guard errno == ENOENT else { throw SystemError("cannot stat '\(name)'") }
        return nil
    }

    /// The names of its entries, in no order, without `.` and `..`. They need not be UTF-8.
    package func names() throws(SystemError) -> [[UInt8]] {
        // A descriptor of its own: the stream takes it over, and its position is its own.
        let copy = retryingInterrupts { unsafe tf_openat(descriptor, ".", Self.openFlags, 0) }
        guard copy >= 0, let stream = unsafe fdopendir(copy) else { throw SystemError("cannot list a folder") }
        defer { unsafe closedir(stream) }
        var names: [[UInt8]] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                guard errno == 0 else { throw SystemError("cannot list a folder") }
                return names
            }
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe Array($0.prefix { $0 != 0 }) }
            if name != [0x2E] && name != [0x2E, 0x2E] { names.append(name) }
        }
    }

    package func rename(_ from: String, to: String) throws(SystemError) {
        guard unsafe renameat(descriptor, from, descriptor, to) == 0 else {
            throw SystemError("cannot rename '\(from)' to '\(to)'")
        }
    }

    /// Renames to a name that is free. False where it is taken, or the file system cannot tell: nothing has happened.
    package func renameToNew(_ from: String, to: String) throws(SystemError) -> Bool {
        if unsafe tf_rename_new(descriptor, from, descriptor, to) == 0 { return true }
        guard [EEXIST, EINVAL, ENOSYS, EOPNOTSUPP].contains(errno) else {
            throw SystemError("cannot rename '\(from)' to '\(to)'")
        }
        return false
    }

    /// Moves a file of this folder into another one, under a name that is free. EEXIST where it is taken, EXDEV on
    /// another file system. Where the kernel cannot rename so (NFS), the file has both names for a moment.
    package func move(_ name: String, to folder: Folder, as newName: String) throws(SystemError) {
        if unsafe tf_rename_new(descriptor, name, folder.descriptor, newName) == 0 { return }
        if [EINVAL, ENOSYS, EOPNOTSUPP].contains(errno) {
            if unsafe linkat(descriptor, name, folder.descriptor, newName, 0) == 0 { return try remove(name) }
        }
        throw SystemError("cannot rename '\(name)'")
    }

    /// Removes a folder of this one if nothing is in it. False where something is.
    package func removeEmptyFolder(_ name: String) throws(SystemError) -> Bool {
        if unsafe unlinkat(descriptor, name, AT_REMOVEDIR) == 0 { return true }
        guard [ENOTEMPTY, EEXIST, EBUSY].contains(errno) else { throw SystemError("cannot remove folder '\(name)'") }
        return false
    }

    /// Gives a file a second name, in another folder of the file system. EEXIST where the name is taken.
    ///
    /// - Parameter movesIfNeeded: whether the file moves there where this has no hard links, or does not allow one.
    package func link(
        _ name: String, in folder: Folder, _ other: String, movesIfNeeded: Bool
    ) throws(SystemError) {
        if unsafe linkat(descriptor, name, folder.descriptor, other, 0) == 0 { return }
        let error = SystemError("cannot link '\(name)' to '\(other)'")
        guard movesIfNeeded, error.meansNoHardLink else { throw error }
        guard try folder.status(other) == nil else { throw SystemError("cannot link '\(name)'", code: EEXIST) }
        guard unsafe renameat(descriptor, name, folder.descriptor, other) == 0 else { throw error }
    }

    package func remove(_ name: String) throws(SystemError) {
        guard unsafe unlinkat(descriptor, name, 0) == 0 else { throw SystemError("cannot remove '\(name)'") }
    }

    /// Writes all of the file system that the folder is on to the disk (syncfs(2)).
    package func syncFileSystem() throws(SystemError) {
        guard tf_syncfs(descriptor) == 0 else { throw SystemError("cannot sync the file system") }
    }

    /// Throws why no file can be made here. It makes one of no bytes and removes it again: only the file system itself
    /// knows what it allows, whatever the permissions say.
    package func checkWritable() throws(SystemError) {
        let name = ".tf-write-check-\(getpid()).part"
        // A file of this name is what a process left that was killed while it looked.
        try? remove(name)
        _ = try open(name, .creating)
        try remove(name)
    }

    /// Whether the file system takes no writes: mounted read-only, or made so by the kernel after an error, which neither
    /// its flags nor its permissions tell.
    package var isReadOnly: Bool {
        do throws(SystemError) { try checkWritable() } catch { return error.code == EROFS }
        return false
    }

    /// The room that an ordinary user has here.
    package var freeSpace: FreeSpace { FreeSpace(of: descriptor) }
}

extension SystemError {
    /// Whether `Folder.link` threw it since the file system has no hard links, or does not allow one of this file.
    package var meansNoHardLink: Bool { [EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(code) }
}
