internal import Glibc
package import POSIX
package import Records
internal import Synchronization

/// The folder that everything goes below. No link leads out of it, where links are not allowed. Several threads may use
/// it: files are opened side by side, and folders one after the other.
package final class OutputFolder: Sendable {
    private struct Known {
        /// Folders in use lately, by their path below the root.
        var folders: [ExactText: any StorageFolder] = [:]
        var fresh = FreshFolders()
    }

    private let root: any StorageFolder
    private let links: Folder.Links
    private let known = Mutex(Known())
    private let shared: SharedState

    /// How many folders are held open. Records come course by course, so a few would do.
    private static let mostKnown = 64

    /// Opens the output folder, and makes it where it is not there yet.
    package init(_ path: String, links: Folder.Links = .refused) throws(SystemError) {
        self.links = links
        root = try Self.openOrMake(path)
        shared = SharedState(root)
        guard unsafe access(path, W_OK | X_OK) == 0 else { throw SystemError("cannot write in folder '\(path)'") }
    }

    /// Opens a folder that is there already, to look at what is below it.
    package init(lookingAt path: String, links: Folder.Links = .refused) throws(SystemError) {
        self.links = links
        root = try Folder(path)
        shared = SharedState(root)
    }

    /// A folder that is open already.
    package init(_ root: any StorageFolder, links: Folder.Links = .refused) {
        self.links = links
        self.root = root
        shared = SharedState(root)
    }

    private static func openOrMake(_ path: String) throws(SystemError) -> Folder {
        do throws(SystemError) { return try Folder(path) } catch {
            guard error.code == ENOENT else { throw error }
            try make(path)
            return try Folder(path)
        }
    }

    private static func make(_ path: String) throws(SystemError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for component in path.split(separator: "/") {
            made += component
            // Not with a slash behind it, which would make the place that a link leads to: as for a disk that is not
            // mounted.
            guard mkdir(made, 0o777) == 0 || errno == EEXIST || errno == EISDIR else {
                throw SystemError("cannot make folder '\(made)'")
            }
            guard unsafe access(made, F_OK) == 0 || errno != ENOENT else {
                throw SystemError("cannot use '\(made)', a link to a place that is not there (is its disk mounted?)")
            }
            made += "/"
        }
    }

    /// Writes all that was written below the folder so far to the disk, on whatever thread it is called.
    package var sync: @Sendable () -> Void {
        let (root, shared) = (root, shared)
        return {
            do throws(SystemError) { try root.syncFileSystem() } catch { shared.lacks(.sync, error) }
        }
    }

    /// Opens the plain file of this path, to be read. Nil where there is none.
    package func open(_ path: RelativePath) throws(TryError) -> (any StorageFile)? {
        guard !lacks(path), let folder = try folder(of: path, making: false) else { return nil }
        do throws(SystemError) { return try folder.file(path.name, .reading) } catch {
            if error.code == ENOENT { return nil }
            throw TryError(disk: error, at: .entry)
        }
    }

    /// Opens or makes the part of a file.
    ///
    /// - Parameter isLikely: whether a part is likely to be needed, so that it is made at once.
    package func part(for path: RelativePath, bootID: String, isLikely: Bool = true) throws(TryError) -> PartFile {
        do throws(TryError) { return try openPart(path, bootID, isLikely) } catch {
            // A folder that was removed while it was open, or whose server was started again, takes no files any more.
            let wasKnown = known.withLock { $0.folders.removeValue(forKey: path.exactFolder) != nil }
            guard wasKnown, error.code == .ioError else { throw error }
            return try openPart(path, bootID, isLikely)
        }
    }

    private func openPart(_ path: RelativePath, _ bootID: String, _ isLikely: Bool) throws(TryError) -> PartFile {
        guard let folder = try folder(of: path, making: true) else {
            throw TryError(.ioError, "the folder of '\(path)' is not there", owner: .folder, countsAsAttempt: false)
        }
        if !isLikely, Self.certainlyLacks(path.partName, folder) {
            return PartFile(postponed: path, in: folder, shared)
        }
        guard beginsAnew(path) else { return try PartFile(path, in: folder, shared, bootID: bootID) }
        return PartFile(new: path, in: folder, shared)
    }

    private static func certainlyLacks(_ name: String, _ folder: any StorageFolder) -> Bool {
        do throws(SystemError) { return try folder.status(name) == nil } catch { return false }
    }

    /// Whether it is certain, without looking, that the file does not exist.
    package func lacks(_ path: RelativePath) -> Bool { fresh { $0.lacks(path) } }

    /// Says once that the file does not exist, as it is about to.
    private func beginsAnew(_ path: RelativePath) -> Bool {
        fresh { fresh in
            guard fresh.lacks(path) else { return false }
            fresh.begin(path)
            return true
        }
    }

    private func fresh(_ body: (inout FreshFolders) -> Bool) -> Bool {
        known.withLock { known in
            if shared.haveOthersWritten { known.fresh.forget() }
            return body(&known.fresh)
        }
    }

    /// The folder that a file is in. With `making`, missing folders are made; else nil if one is missing.
    package func folder(of path: RelativePath, making: Bool) throws(TryError) -> (any StorageFolder)? {
        guard !path.folder.isEmpty else { return root }
        return try known.withLock { known throws(TryError) in
            if let folder = known.folders[path.exactFolder] { return folder }
            guard let (folder, isNew) = try open(path, making: making) else { return nil }
            if known.folders.count >= Self.mostKnown { known.folders.removeAll() }
            known.folders[path.exactFolder] = folder
            if isNew { known.fresh.add(path.folder) }
            return folder
        }
    }

    private func open(
        _ path: RelativePath, making: Bool
    ) throws(TryError) -> (folder: any StorageFolder, isNew: Bool)? {
        do throws(SystemError) { return (try root.subfolder(path.folder, links: links), false) } catch {
            guard error.code == ENOENT else { throw shared.error(error, at: .folder, path) }
            return making ? try make(path) : nil
        }
    }

    private func make(_ path: RelativePath) throws(TryError) -> (folder: any StorageFolder, isNew: Bool) {
        var folder = root
        var isNew = false
        for component in path.folders {
            do throws(SystemError) {
                isNew = try folder.makeFolder(component)
                folder = try folder.subfolder(component, links: links)
            } catch { throw shared.error(error, at: .folder, path) }
        }
        return (folder, isNew)
    }

    package var freeSpace: FreeSpace { root.freeSpace }

    /// The file system that it is on.
    package var device: UInt { root.device }

    /// What users should know, and was not reported yet: folders that refuse, each once, and what this file system
    /// cannot do, though no file is lost by it.
    package func takeNotices() -> [String] { shared.takeNotices() }
}

/// Folders that this run has made: what it has not begun in them is not there, and need not be looked for.
struct FreshFolders {
    private var folders: Set<ExactText> = []
    /// Hashes of the paths that were begun in them; two paths with one hash cost a look.
    private var begun: Set<UInt64> = []

    /// Some MB at most, whatever the number of files.
    private static let mostBegun = 100_000

    mutating func add(_ folder: String) { folders.insert(ExactText(folder)) }

    /// A file is about to be there.
    mutating func begin(_ path: RelativePath) {
        guard folders.contains(path.exactFolder) else { return }
        begun.insert(path.exact.hash)
        if begun.count >= Self.mostBegun { forget() }
    }

    /// Whether the file certainly does not exist, as long as no one else writes there.
    func lacks(_ path: RelativePath) -> Bool {
        folders.contains(path.exactFolder) && !begun.contains(path.exact.hash)
    }

    /// They are looked at as any others.
    mutating func forget() { self = FreshFolders() }
}
