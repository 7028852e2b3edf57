package import Glibc
package import POSIX

/// An open folder, as the store uses it: the kernel's, or one that a test keeps in memory and scripts. Each operation
/// is one system call and fails as that does, so that what a failure means is decided above, for both in the same way.
package protocol StorageFolder: AnyObject, Sendable {
    /// The file system that it is on.
    var device: UInt { get }
    var freeSpace: FreeSpace { get }
    /// Whether its file system takes no writes.
    var isReadOnly: Bool { get }

    /// Opens a folder below this one; the path has no `..` in it. ENOTDIR or ELOOP: a link, or no folder.
    func subfolder(_ path: String, links: Folder.Links) throws(SystemError) -> any StorageFolder

    /// False where it is there already.
    func makeFolder(_ name: String) throws(SystemError) -> Bool

    func file(_ name: String, _ mode: Folder.Mode) throws(SystemError) -> any StorageFile

    /// What an entry is, without following a link. Nil where there is none.
    func status(_ name: String) throws(SystemError) -> stat?

    func rename(_ from: String, to: String) throws(SystemError)

    /// Renames to a name that is free. False where it is taken, or the file system cannot tell: nothing has happened.
    func renameToNew(_ from: String, to: String) throws(SystemError) -> Bool

    /// Gives a file a second name, in another folder of the file system: see `Folder.link`.
    func addName(
        _ name: String, in folder: any StorageFolder, _ other: String, movesIfNeeded: Bool
    ) throws(SystemError)

    func remove(_ name: String) throws(SystemError)

    /// Writes all of its file system to the disk.
    func syncFileSystem() throws(SystemError)
}

/// An open file below the output folder.
package protocol StorageFile: AnyObject, Sendable {
    /// EISDIR if it is not a plain file.
    func plainStatus(_ name: String) throws(SystemError) -> stat

    /// Up to `count` bytes from `offset` on; fewer at the file's end.
    func read(at offset: Int64, count: Int) throws(SystemError) -> [UInt8]

    /// Writes all bytes at `offset`.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(SystemError)

    /// Asks for these bytes to be on their way to the disk before a sync waits for them; a hint.
    func beginWriting(from offset: Int64, count: Int64)

    func truncate(to length: Int64) throws(SystemError)

    /// False where another process holds the lock.
    func tryLock() throws(SystemError) -> Bool

    /// An extended attribute; nil where there is none.
    func attribute(_ name: String) -> String?

    /// Sets an extended attribute, or removes it with nil.
    func setAttribute(_ name: String, _ value: String?) throws(SystemError)

    /// The time of the last change, in Unix seconds.
    func setModificationTime(_ seconds: Int64) throws(SystemError)
}

extension StorageFile {
    package func beginWriting(from: Int64, count: Int64) {}
}

extension Folder: StorageFolder {
    package func subfolder(_ path: String, links: Links) throws(SystemError) -> any StorageFolder {
        try folder(path, links: links)
    }

    package func file(_ name: String, _ mode: Mode) throws(SystemError) -> any StorageFile { try open(name, mode) }

    package func addName(
        _ name: String, in folder: any StorageFolder, _ other: String, movesIfNeeded: Bool
    ) throws(SystemError) {
        guard let folder = folder as? Folder else { throw SystemError("cannot link '\(name)'", code: EXDEV) }
        try link(name, in: folder, other, movesIfNeeded: movesIfNeeded)
    }
}

extension File: StorageFile {
    package func tryLock() throws(SystemError) -> Bool { try tryLock(shared: false) }

    /// Closes those of the files that are the kernel's, together.
    package static func close(_ files: [any StorageFile]) { close(files.compactMap { $0 as? File }) }
}
