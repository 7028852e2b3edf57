internal import Glibc
internal import POSIX
internal import Records

/// A file that is being fetched, under its `.part` name beside the place that it will take. It is locked, so that of two
/// processes only one writes it. The first bytes are gathered in memory: most small files are written in one go, when
/// they are brought to their names.
final class PartFile {
    private let folder: Folder
    private let path: RelativePath
    /// Nil where there is none yet.
    private(set) var file: File?
    /// All bytes, while there are few.
    private(set) var gathered: [UInt8] = []
    private var isGathering = true
    /// Where there is no file of this name for all that is known: who is told if there is one in the end.
    private let others: OtherWriters?
    /// How many bytes it has.
    private(set) var length: Int64 = 0
    /// The strong ETag of the object that the bytes are from: what makes them worth continuing.
    private(set) var validator: String?

    /// A part below this is not worth a second request to continue it.
    static let smallestResumed: Int64 = 1 << 20
    /// So many bytes at most are gathered.
    static let mostGathered = 64 * 1024

    /// Which object a part is from, kept with the part: the boot's ID, and the ETag. What was written before a reboot
    /// may never have reached the disk.
    private static let attribute = "user.tf.part"

    /// Opens or makes the part. `busy` where another process writes it.
    init(_ path: RelativePath, in folder: Folder, bootID: String) throws(Trouble) {
        (self.path, self.folder, others) = (path, folder, nil)
        let file = try open()
        if length > 0 {
            validator = Self.validator(file, bootID)
            if validator == nil { try restart() }
        }
    }

    /// A part of which there is nothing yet, for all that is known: it gets its file when it grows large, or is whole.
    init(new path: RelativePath, in folder: Folder, others: OtherWriters) {
        (self.path, self.folder, self.others) = (path, folder, others)
    }

    /// The file, opened or made where there is none yet; then `length` is what it had.
    private func open() throws(Trouble) -> File {
        if let file { return file }
        do throws(SystemError) {
            let (file, length) = try Self.open(path.partName, in: folder)
            (self.file, self.length) = (file, length)
            return file
        } catch {
            guard error.code != EWOULDBLOCK else {
                others?.note()
                throw Trouble(.busy, "another process is fetching this file", countsAsAttempt: false)
            }
            throw Trouble(disk: error)
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
        gathered = []
        isGathering = true
        length = 0
        validator = nil
        do throws(SystemError) { try file?.truncate(to: 0) } catch { throw Trouble(disk: error) }
    }

    /// Notes how large the object is and which, if it is large enough to be continued.
    func note(validator: String?, total: Int64?, bootID: String) throws(Trouble) {
        if total ?? 0 > Self.mostGathered { try save() }
        guard let validator, let total, total >= Self.smallestResumed else {
            if self.validator != nil { _ = file?.setAttribute(Self.attribute, nil) }
            self.validator = nil
            return
        }
        if validator == self.validator { return }
        self.validator = file?.setAttribute(Self.attribute, "\(bootID) \(validator)") == true ? validator : nil
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws(Trouble) {
        if isGathering && length == gathered.count && gathered.count + bytes.count <= Self.mostGathered {
            gathered.append(contentsOf: bytes)
        } else {
            try save()
            try write(bytes, at: length)
        }
        length += Int64(bytes.count)
    }

    /// Writes what was gathered; what comes from now on is written as it comes.
    func save() throws(Trouble) {
        let bytes = gathered
        let length = length
        if file == nil {
            _ = try open()
            if self.length > 0 {
                others?.note()
                try restart()
            }
            self.length = length
        }
        gathered = []
        isGathering = false
        guard !bytes.isEmpty else { return }
        try bytes.withUnsafeBufferPointer { bytes throws(Trouble) in try write(UnsafeRawBufferPointer(bytes), at: 0) }
    }

    private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(Trouble) {
        do throws(SystemError) { try file?.write(bytes, at: offset) } catch { throw Trouble(disk: error) }
    }

    /// Whether the next try can go on where this one ended.
    var canContinue: Bool { validator != nil && length >= Self.smallestResumed }

    /// Gives the part up: what can be continued stays, the rest goes.
    func leave(startsOver: Bool) {
        if file != nil && (startsOver || !canContinue) { try? folder.remove(path.partName) }
    }

    /// The file system that it lies on.
    var device: UInt { folder.device }

    /// Writes all of that file system to the disk.
    func syncFileSystem() throws(SystemError) { try folder.syncFileSystem() }

    /// Makes the part, which has been saved, the file that it was meant to be. `modified`: the time it gets, in Unix seconds.
    func publish(modified: Int64?) throws(SystemError) {
        if validator != nil { _ = file?.setAttribute(Self.attribute, nil) }
        if let modified { try file?.setModificationTime(modified) }
        guard let others else { return try folder.rename(path.partName, to: path.name) }
        if try folder.renameToNew(path.partName, to: path.name) { return }
        others.note()
        try folder.rename(path.partName, to: path.name)
    }
}
