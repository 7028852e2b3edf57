internal import Glibc
internal import POSIX
internal import Records
package import Store

/// The folder below which files are renamed. No link is followed on the way to a file, unless that is asked for.
package struct MoveFolder {
    private let output: OutputFolder

    package init(_ output: OutputFolder) { self.output = output }

    /// The folder of a path; nil where it is not there.
    func folder(of path: RelativePath, making: Bool = false) throws(TryError) -> Folder? {
        try output.folder(of: path, making: making) as? Folder
    }

    /// What is under a name beside a path's own, without following a link. Nil where there is nothing.
    func status(_ name: String, in path: RelativePath) throws(TryError) -> stat? {
        guard let folder = try folder(of: path) else { return nil }
        do throws(SystemError) { return try folder.status(name) } catch {
            throw TryError(disk: error, at: .entry)
        }
    }

    /// The same for a plain file; nil for whatever else is there.
    func plainFile(_ name: String, in path: RelativePath) throws(TryError) -> stat? {
        let status = try status(name, in: path)
        return status.flatMap { $0.st_mode & S_IFMT == S_IFREG ? $0 : nil }
    }

    /// Renames a file of one path's folder into another's, which is made. Nothing is replaced.
    ///
    /// - Parameter other: below which the other path is; nil: below this one too.
    func move(
        _ name: String, of from: RelativePath, to newName: String, of to: RelativePath, in other: MoveFolder? = nil
    ) throws(TryError) {
        guard let source = try folder(of: from), let target = try (other ?? self).folder(of: to, making: true) else {
            throw TryError(.ioError, "its folder is gone")
        }
        do throws(SystemError) { try source.move(name, to: target, as: newName) } catch {
            switch error.code {
            case EEXIST: throw TryError(.unsafePath, "'\(to)' is there already")
            case EXDEV: throw TryError(.ioError, "'\(to)' is on another file system: copy it there, and remove it here")
            case EPERM, EINVAL, ENOSYS, EOPNOTSUPP:
                throw TryError(.ioError, "this file system cannot rename without replacing: \(error.reason)")
            default: throw TryError(disk: error, at: .newEntry)
            }
        }
    }

    func remove(_ name: String, of path: RelativePath) throws(TryError) {
        guard let folder = try folder(of: path) else { return }
        do throws(SystemError) { try folder.remove(name) } catch { throw TryError(disk: error, at: .entry) }
    }

    /// Whether a process is writing a part.
    func isLocked(_ name: String, of path: RelativePath) throws(TryError) -> Bool {
        guard let folder = try folder(of: path) else { return false }
        do throws(SystemError) { return try !folder.open(name, .updating).tryLock() } catch {
            throw TryError(disk: error, at: .entry)
        }
    }

    /// Removes those folders of the paths that are empty, and those above them that are empty then. What was opened
    /// before is not used after it.
    func removeEmptyFolders(of paths: some Sequence<RelativePath>) {
        for text in Set(paths.map(\.exactFolder)).map(\.description).sorted(by: { $0.utf8.count > $1.utf8.count }) {
            var folder = text[...]
            while !folder.isEmpty, let path = try? RelativePath(String(folder)),
                let above = try? self.folder(of: path), (try? above.removeEmptyFolder(path.name)) ?? false
            {
                folder = folder.dropLast(path.name.utf8.count).dropLast()
            }
        }
    }

    /// Writes the new names to the disk.
    func sync() { output.sync() }
}
