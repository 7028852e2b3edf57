internal import Glibc
internal import POSIX
package import Records

/// Removes files below a folder. It removes plain files, and follows no link on its way to them.
package struct FileRemover {
    private let folder: OutputFolder

    package init(_ folder: OutputFolder) { self.folder = folder }

    /// A file that was removed.
    package struct Removed: Sendable {
        package let path: String
        package let bytes: Int64
    }

    /// Removes the file, and what an unfinished fetch of it left behind. Returns what was there.
    package func remove(_ path: RelativePath) throws(TryError) -> [Removed] {
        var removed: [Removed] = []
        for name in [path.name, path.partName] {
            if let file = try remove(name, in: path) { removed.append(file) }
        }
        return removed
    }

    private func remove(_ name: String, in path: RelativePath) throws(TryError) -> Removed? {
        guard let folder = try folder.folder(of: path, making: false) else { return nil }
        do throws(SystemError) {
            guard let status = try folder.status(name) else { return nil }
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw SystemError("'\(name)' is no plain file and is left alone", code: ELOOP)
            }
            try folder.remove(name)
            return Removed(
                path: (path.folders + [name]).joined(separator: "/"), bytes: Int64(status.st_size))
        } catch { throw TryError(disk: error, at: .entry) }
    }
}
