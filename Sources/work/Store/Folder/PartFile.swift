internal import Glibc
internal import POSIX
package import Records

/// A file that is being fetched, under its `.part` name beside the place that it will take. It is locked, so that of
/// two processes only one writes it. Bytes that come in small pieces are gathered in memory, so that a small file is
/// written in one go.
package final class PartFile {
    private let folder: any StorageFolder
    private let path: RelativePath
    private let partName: String
    /// Nil where there is none yet.
    package private(set) var file: (any StorageFile)?
    /// How many bytes the file has.
    private var written: Int64 = 0
    /// The bytes after them.
    private var gathered: [UInt8] = []
    /// Whether, as far as is known, no file of its name exists.
    private let isNew: Bool
    private let shared: SharedState
    /// Pieces of the object that lie beyond `length`, as other connections have brought them, in order.
    package internal(set) var islands: [Range<Int64>] = []
    /// What of them was written since the part's note said where they end.
    var unnoted: Int64 = 0
    private var bootID = ""
    /// The strong ETag of the object that the bytes are from: what makes them worth continuing.
    package private(set) var validator: String?

    /// A part below this is not worth a second request to continue it.
    package static let smallestResumed: Int64 = 1 << 20
    /// So many bytes at most are gathered; pieces that are large enough are written as they come.
    package static let mostGathered = 64 * 1024
    private static let largePiece = 16 * 1024

    /// Whether a sync will wait for the bytes: then those of a large file are on their way to the disk while more come.
    package var isToBeSynced = false
    /// Where the bytes begin that the kernel was not asked to write yet.
    private var unasked: Int64 = 0
    private static let askedAtOnce: Int64 = 4 << 20

    /// Which object a part is from, kept with the part: the boot's ID, and the ETag. What was written before a reboot
    /// may never have reached the disk. Where pieces lie beyond the first hole, the note begins with what is there.
    private static let attribute = "user.tf.part"

    /// Opens or makes the part. `busy` where another process writes it.
    init(_ path: RelativePath, in folder: any StorageFolder, _ shared: SharedState, bootID: String) throws(TryError) {
        (self.path, partName, self.folder, self.shared, isNew) = (path, path.partName, folder, shared, false)
        let file = try open()
        if written > 0 {
            self.bootID = bootID
            if let note = file.attribute(Self.attribute).flatMap({ PartNote($0, bootID, size: written) }) {
                (validator, islands) = (note.validator, note.islands)
                if let length = note.length { try cut(after: length) }
            } else {
                try restart()
            }
        }
    }

    /// A part of which there is nothing yet, for all that is known: it gets its file when it grows large, or is whole.
    init(new path: RelativePath, in folder: any StorageFolder, _ shared: SharedState) {
        (self.path, partName, self.folder, self.shared, isNew) = (path, path.partName, folder, shared, true)
    }

    /// A part of which there is nothing yet, of a file that is there: most of such files need none.
    init(postponed path: RelativePath, in folder: any StorageFolder, _ shared: SharedState) {
        (self.path, partName, self.folder, self.shared, isNew) = (path, path.partName, folder, shared, false)
    }

    /// How many bytes it has, gathered ones included.
    package var length: Int64 { written + Int64(gathered.count) }

    /// The same with what lies beyond.
    package var held: Int64 { islands.reduce(length) { $0 + $1.upperBound - $1.lowerBound } }

    /// Whether none of them is in the file.
    package var isInMemory: Bool { written == 0 }

    /// The file, opened or made where there is none yet; then `written` is what it had.
    private func open() throws(TryError) -> any StorageFile {
        if let file { return file }
        let (file, length) = try openOrMake(partName)
        (self.file, written) = (file, length)
        return file
    }

    /// The locked file and its length.
    private func openOrMake(_ name: String) throws(TryError) -> (any StorageFile, Int64) {
        let made = try asking(.newEntry) { () throws(SystemError) -> (any StorageFile)? in
            do throws(SystemError) { return try folder.file(name, .creating) } catch {
                guard error.code == EEXIST else { throw error }
                return nil
            }
        }
        if let made {
            try lock(made)
            return (made, 0)
        }
        let file = try asking(.entry) { () throws(SystemError) in try folder.file(name, .updating) }
        try lock(file)
        return try asking(.entry) { () throws(SystemError) in
            let status = try file.plainStatus(name)
            // Who held the lock before may have renamed or removed what was opened here.
            guard status.st_nlink > 0, try folder.status(name)?.st_ino == status.st_ino else {
                throw SystemError("cannot lock '\(name)'", code: EWOULDBLOCK)
            }
            return (file, Int64(status.st_size))
        }
    }

    /// `busy` where another process holds the lock. On a file system without locks it is done without.
    private func lock(_ file: any StorageFile) throws(TryError) {
        let isLocked = try asking(.entry) { () throws(SystemError) in
            do throws(SystemError) { return try file.tryLock() } catch {
                guard DiskFault.isUnsupported(error.code) else { throw error }
                shared.lacks(.locks, error)
                return true
            }
        }
        guard isLocked else { throw busy() }
    }

    private func busy() -> TryError {
        if isNew { shared.noteOthers() }
        return TryError(.busy, "another process is fetching this file", countsAsAttempt: false)
    }

    /// Makes a system call; what its failure means depends on what was asked for.
    private func asking<Result>(
        _ place: DiskFault.Place, _ call: () throws(SystemError) -> Result
    ) throws(TryError) -> Result {
        do throws(SystemError) { return try call() } catch {
            throw error.code == EWOULDBLOCK ? busy() : shared.error(error, at: place, path)
        }
    }

    /// Takes only what the note tells of: what was written after it may have holes.
    private func cut(after length: Int64) throws(TryError) {
        written = length
        try asking(.bytes) { () throws(SystemError) in
            try file?.truncate(to: islands.last?.upperBound ?? length)
        }
    }

    /// Throws all bytes away.
    package func restart() throws(TryError) {
        (written, unasked, gathered, validator, islands) = (0, 0, [], nil, [])
        try asking(.bytes) { () throws(SystemError) in try file?.truncate(to: 0) }
    }

    /// Notes how large the object is and which, if it is large enough to be continued.
    package func note(validator: String?, total: Int64?, bootID: String) throws(TryError) {
        if total ?? 0 > Self.mostGathered { try save() }
        guard let validator, let total, total >= Self.smallestResumed else {
            if self.validator != nil { try? file?.setAttribute(Self.attribute, nil) }
            self.validator = nil
            return
        }
        if validator == self.validator { return }
        (self.validator, self.bootID) = (validator, bootID)
        if !writeNote() { self.validator = nil }
    }

    /// Says with the part what it has. False where the file system cannot.
    func writeNote() -> Bool {
        guard let validator else { return false }
        unnoted = 0
        let note = PartNote(validator: validator, length: islands.isEmpty ? nil : written, islands: islands)
        do throws(SystemError) {
            try file?.setAttribute(Self.attribute, note.text(bootID))
            return true
        } catch {
            shared.lacks(.attributes, error)
            return false
        }
    }

    /// Takes the next bytes.
    ///
    /// - Parameter areLast: whether no more will come, for which they would be gathered.
    package func append(_ bytes: UnsafeRawBufferPointer, areLast: Bool = false) throws(TryError) {
        if gathered.isEmpty && areLast || gathered.count + bytes.count > Self.mostGathered { try save() }
        if gathered.isEmpty && (areLast || file != nil && bytes.count >= Self.largePiece)
            || bytes.count > Self.mostGathered
        {
            try write(bytes)
        } else {
            gathered.append(contentsOf: bytes)
        }
    }

    /// What keeps the bytes from being of a kind. What is in the file is read there: the rest has to be saved then.
    package func flaw(_ kind: FileKind, _ level: Verification.Level) throws(TryError) -> ContentFlaw? {
        guard let file, !isInMemory else {
            return gathered.withUnsafeBytes { ContentCheck.flaw(in: $0, kind: kind, level: level) }
        }
        do throws(SystemError) {
            return try ContentCheck.flaw(in: file, length: written, kind: kind, level: level)
        } catch {
            throw TryError(disk: error)
        }
    }

    /// Writes what was gathered.
    package func save() throws(TryError) {
        if file == nil {
            _ = try open()
            if written > 0 {
                shared.noteOthers()
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
        try write(bytes, at: written)
        written += Int64(bytes.count)
        guard isToBeSynced, written - unasked >= Self.askedAtOnce else { return }
        file?.beginWriting(from: unasked, count: written - unasked)
        unasked = written
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(TryError) {
        try asking(.bytes) { () throws(SystemError) in try file?.write(bytes, at: offset) }
    }

    /// The bytes up to here are in the file, as what lay beyond them has been reached.
    func advance(to end: Int64) { written = end }

    /// Whether the next try can go on where this one ended.
    package var canContinue: Bool { validator != nil && length >= Self.smallestResumed }

    /// Gives the part up: what can be continued stays, the rest goes.
    package func leave(startsOver: Bool) {
        guard file != nil else { return }
        if !startsOver && canContinue {
            try? save()
            if !islands.isEmpty { _ = writeNote() }
        } else {
            try? folder.remove(partName)
        }
    }

    /// The file system that it is on.
    package var device: UInt { folder.device }

    /// Writes all of that file system to the disk, where it can be asked to.
    package func syncFileSystem() throws(TryError) {
        try asking(.fileSystem) { () throws(SystemError) in
            do throws(SystemError) { try folder.syncFileSystem() } catch {
                guard DiskFault.isUnsupported(error.code) else { throw error }
                shared.lacks(.sync, error)
            }
        }
    }

    /// Makes the part, which has been saved, the file that it was meant to be.
    ///
    /// - Parameter modified: the time it gets, in Unix seconds.
    package func publish(modified: Int64?) throws(TryError) {
        if validator != nil { try? file?.setAttribute(Self.attribute, nil) }
        do throws(SystemError) { if let modified { try file?.setModificationTime(modified) } } catch {
            shared.lacks(.time, error)
        }
        do throws(SystemError) { try rename() } catch {
            // It is the part that is gone: it was removed.
            throw shared.error(error, at: error.code == ENOENT ? .entry : .newEntry, path)
        }
    }

    /// It has a flaw that is harmless, and no hash proves that.
    package func noteDoubt(_ flaw: ContentFlaw) { shared.noteDoubt(flaw, path) }

    private func rename() throws(SystemError) {
        if isNew {
            if try folder.renameToNew(partName, to: path.name) { return }
            shared.noteOthers()
        }
        try folder.rename(partName, to: path.name)
    }
}

/// Which start of the machine this is (random(4)): what a part held before another one may never have reached the disk.
package enum BootID {
    package static func read() -> String {
        let bytes = (try? File(reading: "/proc/sys/kernel/random/boot_id"))?.firstLine ?? []
        return bytes.isEmpty ? "unknown" : String(decoding: bytes, as: UTF8.self)
    }
}
