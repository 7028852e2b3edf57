internal import Glibc
internal import POSIX
internal import Records

/// A file that is being fetched, under its `.part` name beside the place that it will take. It is locked, so that of two
/// processes only one writes it.
final class PartFile {
    private let folder: Folder
    private let path: RelativePath
    let file: File
    /// Where there is no file of this name for all that is known: who is told if there is one in the end.
    private let others: OtherWriters?
    /// How many bytes it has.
    private(set) var length: Int64
    /// The strong ETag of the object that the bytes are from: what makes them worth continuing.
    private(set) var validator: String?

    /// A part below this is not worth a second request to continue it.
    static let smallestResumed: Int64 = 1 << 20

    /// Which object a part is from, kept with the part: the boot's ID, and the ETag. What was written before a reboot
    /// may never have reached the disk.
    private static let attribute = "user.tf.part"

    /// Opens or makes the part. `busy` where another process writes it.
    init(_ path: RelativePath, in folder: Folder, bootID: String, others: OtherWriters? = nil) throws(Trouble) {
        self.path = path
        self.others = others
        self.folder = folder
        do throws(SystemError) {
            (file, length) = try Self.open(path.partName, in: folder)
        } catch {
            guard error.code != EWOULDBLOCK else {
                throw Trouble(.busy, "another process is fetching this file", countsAsAttempt: false)
            }
            throw Trouble(disk: error)
        }
        if length > 0 {
            validator = Self.validator(file, bootID)
            if validator == nil { try restart() }
        }
    }

    /// The locked file and its length. EWOULDBLOCK: another process has it.
    private static func open(_ name: String, in folder: Folder) throws(SystemError) -> (File, Int64) {
        let busy = SystemError("cannot lock '\(name)'", code: EWOULDBLOCK)
        do throws(SystemError) {
            let file = try folder.open(name, .creating)
            guard try file.tryLock() else { throw busy }
            return (file, 0)
        } catch  where error.code == EEXIST {
            let file = try folder.open(name, .updating)
            guard try file.tryLock() else { throw busy }
            let status = try file.plainStatus(name)
            // Who held the lock before may have renamed or removed what was opened here.
            guard status.st_nlink > 0, try folder.status(name)?.st_ino == status.st_ino else { throw busy }
            return (file, Int64(status.st_size))
        }
    }

    private static func validator(_ file: File, _ bootID: String) -> String? {
        guard let note = file.attribute(attribute), note.hasPrefix(bootID + " ") else { return nil }
        return String(note.dropFirst(bootID.count + 1))
    }

    /// Throws all bytes away.
    func restart() throws(Trouble) {
        do throws(SystemError) { try file.truncate(to: 0) } catch { throw Trouble(disk: error) }
        length = 0
        validator = nil
    }

    /// Notes which object the bytes are from, where it is large enough to be continued.
    func note(validator: String?, total: Int64?, bootID: String) {
        guard let validator, let total, total >= Self.smallestResumed else {
            if self.validator != nil { _ = file.setAttribute(Self.attribute, nil) }
            self.validator = nil
            return
        }
        if validator == self.validator { return }
        self.validator = file.setAttribute(Self.attribute, "\(bootID) \(validator)") ? validator : nil
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        try file.write(bytes, at: length)
        length += Int64(bytes.count)
    }

    /// Whether the next try can go on where this one ended.
    var canContinue: Bool { validator != nil && length >= Self.smallestResumed }

    /// Gives the part up: what can be continued stays, the rest goes.
    func leave(startsOver: Bool) {
        if startsOver || !canContinue { try? folder.remove(path.partName) }
    }

    /// The file system that it lies on.
    var device: UInt { folder.device }

    /// Writes all of that file system to the disk.
    func syncFileSystem() throws(SystemError) { try folder.syncFileSystem() }

    /// Makes the part the file that it was meant to be. `modified`: the time it gets, in Unix seconds.
    func publish(modified: Int64?) throws(SystemError) {
        if validator != nil { _ = file.setAttribute(Self.attribute, nil) }
        if let modified { try file.setModificationTime(modified) }
        guard let others else { return try folder.rename(path.partName, to: path.name) }
        if try folder.renameToNew(path.partName, to: path.name) { return }
        others.note()
        try folder.rename(path.partName, to: path.name)
    }
}
