internal import Glibc
package import POSIX
package import Records

/// A file that is being fetched, under its `.part` name beside the place that it will take. It is locked, so that of two
/// processes only one writes it. Bytes that come in small pieces are gathered in memory: a small file is written in one
/// go, when it is brought to its name.
package final class PartFile {
    private let folder: any StorageFolder
    private let path: RelativePath
    /// Nil where there is none yet.
    package private(set) var file: (any StorageFile)?
    /// How many bytes the file has.
    private var written: Int64 = 0
    /// The bytes behind them.
    package private(set) var gathered: [UInt8] = []
    /// Where there is no file of this name for all that is known: who is told if there is one in the end.
    private let others: OtherWriters?
    /// The strong ETag of the object that the bytes are from: what makes them worth continuing.
    package private(set) var validator: String?

    /// A part below this is not worth a second request to continue it.
    package static let smallestResumed: Int64 = 1 << 20
    /// So many bytes at most are gathered; pieces that are large enough are written as they come.
    package static let mostGathered = 64 * 1024
    private static let largePiece = 16 * 1024

    /// Which object a part is from, kept with the part: the boot's ID, and the ETag. What was written before a reboot
    /// may never have reached the disk.
    private static let attribute = "user.tf.part"

    /// Opens or makes the part. `busy` where another process writes it.
    package init(_ path: RelativePath, in folder: any StorageFolder, bootID: String) throws(TryError) {
        (self.path, self.folder, others) = (path, folder, nil)
        let file = try open()
        if written > 0 {
            validator = Self.validator(file, bootID)
            if validator == nil { try restart() }
        }
    }

    /// A part of which there is nothing yet, for all that is known: it gets its file when it grows large, or is whole.
    init(new path: RelativePath, in folder: any StorageFolder, others: OtherWriters) {
        (self.path, self.folder, self.others) = (path, folder, others)
    }

    /// How many bytes it has, gathered ones included.
    package var length: Int64 { written + Int64(gathered.count) }

    /// Whether none of them is in the file.
    package var isInMemory: Bool { written == 0 }

    /// The file, opened or made where there is none yet; then `written` is what it had.
    private func open() throws(TryError) -> any StorageFile {
        if let file { return file }
        do throws(SystemError) {
            let (file, length) = try Self.open(path.partName, in: folder)
            (self.file, written) = (file, length)
            return file
        } catch {
            guard error.code != EWOULDBLOCK else {
                others?.note()
                throw TryError(.busy, "another process is fetching this file", countsAsAttempt: false)
            }
            throw TryError(disk: error)
        }
    }

    /// The locked file and its length. EWOULDBLOCK: another process has it.
    private static func open(_ name: String, in folder: any StorageFolder) throws(SystemError) -> (
        any StorageFile, Int64
    ) {
        let busy = SystemError("cannot lock '\(name)'", code: EWOULDBLOCK)
        do throws(SystemError) {
            let file = try folder.file(name, .creating)
            guard try file.tryLock() else { throw busy }
            return (file, 0)
        } catch  where error.code == EEXIST {
            let file = try folder.file(name, .updating)
            guard try file.tryLock() else { throw busy }
            let status = try file.plainStatus(name)
            // Who held the lock before may have renamed or removed what was opened here.
            guard status.st_nlink > 0, try folder.status(name)?.st_ino == status.st_ino else { throw busy }
            return (file, Int64(status.st_size))
        }
    }

    private static func validator(_ file: any StorageFile, _ bootID: String) -> String? {
        guard let note = file.attribute(attribute), note.hasPrefix(bootID + " ") else { return nil }
        return String(note.dropFirst(bootID.count + 1))
    }

    /// Throws all bytes away.
    package func restart() throws(TryError) {
        (written, gathered, validator) = (0, [], nil)
        do throws(SystemError) { try file?.truncate(to: 0) } catch { throw TryError(disk: error) }
    }

    /// Notes how large the object is and which, if it is large enough to be continued.
    package func note(validator: String?, total: Int64?, bootID: String) throws(TryError) {
        if total ?? 0 > Self.mostGathered { try save() }
        guard let validator, let total, total >= Self.smallestResumed else {
            if self.validator != nil { _ = file?.setAttribute(Self.attribute, nil) }
            self.validator = nil
            return
        }
        if validator == self.validator { return }
        self.validator = file?.setAttribute(Self.attribute, "\(bootID) \(validator)") == true ? validator : nil
    }

    package func append(_ bytes: UnsafeRawBufferPointer) throws(TryError) {
        if gathered.count + bytes.count > Self.mostGathered { try save() }
        if file != nil && gathered.isEmpty && bytes.count >= Self.largePiece || bytes.count > Self.mostGathered {
            try write(bytes)
        } else {
            gathered.append(contentsOf: bytes)
        }
    }

    /// Writes what was gathered.
    package func save() throws(TryError) {
        if file == nil {
            _ = try open()
            if written > 0 {
                others?.note()
                let bytes = gathered
                try restart()
                gathered = bytes
            }
        }
        guard !gathered.isEmpty else { return }
        try gathered.withUnsafeBufferPointer { bytes throws(TryError) in try write(UnsafeRawBufferPointer(bytes)) }
        gathered = []
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws(TryError) {
        do throws(SystemError) { try file?.write(bytes, at: written) } catch { throw TryError(disk: error) }
        written += Int64(bytes.count)
    }

    /// Whether the next try can go on where this one ended.
    package var canContinue: Bool { validator != nil && length >= Self.smallestResumed }

    /// Gives the part up: what can be continued stays, the rest goes.
    package func leave(startsOver: Bool) {
        guard file != nil else { return }
        if !startsOver && canContinue { try? save() } else { try? folder.remove(path.partName) }
    }

    /// The file system that it lies on.
    package var device: UInt { folder.device }

    /// Writes all of that file system to the disk.
    package func syncFileSystem() throws(SystemError) { try folder.syncFileSystem() }

    /// Makes the part, which has been saved, the file that it was meant to be. `modified`: the time it gets, in Unix seconds.
    package func publish(modified: Int64?) throws(SystemError) {
        if validator != nil { _ = file?.setAttribute(Self.attribute, nil) }
        if let modified { try file?.setModificationTime(modified) }
        guard let others else { return try folder.rename(path.partName, to: path.name) }
        if try folder.renameToNew(path.partName, to: path.name) { return }
        others.note()
        try folder.rename(path.partName, to: path.name)
    }
}
