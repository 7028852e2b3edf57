internal import Glibc
package import POSIX
package import Records

/// The folder that everything goes below. No link leads out of it, where links are not allowed.
package final class OutputFolder {
    private let root: any StorageFolder
    private let links: Folder.Links
    /// Folders in use lately, by their path below the root.
    private var known: [ExactText: any StorageFolder] = [:]

    private var fresh = FreshFolders()
    private let others = OtherWriters()

    /// How many folders are held open. Records come course by course, so a few would do.
    private static let mostKnown = 64

    /// Opens the output folder, and makes it where it is not there yet.
    package init(_ path: String, links: Folder.Links = .refused) throws(SystemError) {
        self.links = links
        try Self.make(path)
        root = try Folder(path)
        guard unsafe access(path, W_OK | X_OK) == 0 else { throw SystemError("cannot write in folder '\(path)'") }
    }

    /// Opens a folder that is there already, to look at what lies below it.
    package init(lookingAt path: String, links: Folder.Links = .refused) throws(SystemError) {
        self.links = links
        root = try Folder(path)
    }

    /// A folder that is open already.
    package init(_ root: any StorageFolder, links: Folder.Links = .refused) {
        self.links = links
        self.root = root
    }

    private static func make(_ path: String) throws(SystemError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for component in path.split(separator: "/") {
            made += component + "/"
            guard mkdir(made, 0o777) == 0 || errno == EEXIST || errno == EISDIR else {
                throw SystemError("cannot make folder '\(made)'")
            }
        }
    }

    /// Opens or makes the part of a file.
    package func part(for path: RelativePath, bootID: String) throws(TryError) -> PartFile {
        do throws(TryError) { return try openPart(path, bootID) } catch {
            // A folder that was removed while it was open takes no files any more.
            guard known.removeValue(forKey: ExactText(path.folder)) != nil, error.isOfDisk else {
                throw error
            }
            return try openPart(path, bootID)
        }
    }

    private func openPart(_ path: RelativePath, _ bootID: String) throws(TryError) -> PartFile {
        guard let folder = try folder(of: path, making: true) else {
            throw TryError(.ioError, "the folder of '\(path)' is not there", countsAsAttempt: false)
        }
        guard lacks(path) else { return try PartFile(path, in: folder, bootID: bootID) }
        fresh.begin(path)
        return PartFile(new: path, in: folder, others: others)
    }

    /// Whether it is certain, without looking, that there is no such file.
    package func lacks(_ path: RelativePath) -> Bool {
        if others.wereSeen { fresh.forget() }
        return fresh.lacks(path)
    }

    /// The folder that a file lies in. With `making`, those that lack are made; else nil where one lacks.
    package func folder(of path: RelativePath, making: Bool) throws(TryError) -> (any StorageFolder)? {
        guard !path.folders.isEmpty else { return root }
        let name = ExactText(path.folder)
        if let folder = known[name] { return folder }
        guard let folder = try open(path, making: making) else { return nil }
        if known.count >= Self.mostKnown { known.removeAll() }
        known[name] = folder
        return folder
    }

    private func open(_ path: RelativePath, making: Bool) throws(TryError) -> (any StorageFolder)? {
        do throws(SystemError) {
            do throws(SystemError) {
                return try root.subfolder(path.folder, links: links)
            } catch  where error.code == ENOENT {
                return making ? try make(path) : nil
            }
        } catch {
            throw TryError(disk: error)
        }
    }

    private func make(_ path: RelativePath) throws(SystemError) -> any StorageFolder {
        var folder = root
        var isNew = false
        for component in path.folders {
            isNew = try folder.makeFolder(component)
            folder = try folder.subfolder(component, links: links)
        }
        if isNew { fresh.add(path.folder) }
        return folder
    }

    package var freeSpace: FreeSpace { root.freeSpace }
}

extension TryError {
    /// What a failed system call on the output folder means for the record.
    package init(disk error: SystemError) {
        let code: ErrorCode =
            switch error.code {
            case ENOSPC, EDQUOT: .diskFull
            case ELOOP, ENOTDIR, ENAMETOOLONG, EISDIR: .unsafePath
            default: .ioError
            }
        let hint = error.code == ELOOP || error.code == ENOTDIR ? ": a link or a file is in a folder's place" : ""
        self.init(code, "\(error)\(hint)", countsAsAttempt: false)
    }
}
